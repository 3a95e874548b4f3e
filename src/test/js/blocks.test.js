import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Marked } from 'marked';
import { BlockSplitter } from '../app/lib/blocks.js';
import { cut, randomFrom, seeds } from './random.js';

const marked = new Marked({ gfm: true, breaks: true });
const lex = (markdown) => marked.lexer(markdown);
const html = (blocks) => blocks.map((block) => marked.parse(block)).join('');

/** All blocks of a text that arrives in these pieces. */
function blocksOf(pieces) {
    const splitter = new BlockSplitter(lex);
    const settled = [];
    for (const piece of pieces) {
        settled.push(...splitter.push(piece).settled);
    }
    return [...settled, ...splitter.finish()];
}

const TEXTS = [
    'One paragraph.',
    'One.\n\nTwo\nwith a line.\n\n\nThree.',
    '# Title\nText\n\n## Next\n- a\n- b\n  - c\n\n- d\n\nEnd *of* it',
    '1. one\n\n2. two\n\n   more of two\n3. three\n\nafter',
    'Before\n\n```java\nclass A {\n\n    int x;\n}\n```\n\nafter `code`',
    '~~~\na\n```\nb\n~~~\nrest',
    '````md\n```js\nx\n```\n````\n\nend',
    '| a | b |\n|---|:-:|\n| 1 | 2 |\n| 3 | 4 |\n\ntext | no table',
    '> quote\n> more\n\n> > deep\n\nout',
    'Title\n=====\n\nOther\n---\n\n---\n\ntext',
    '- [x] done\n- [ ] open\n\n<b>raw</b> <script>alert(1)</script>\n\n<div>\nblock\n</div>\n\nend',
    '```\nnever closed\n\n# no title',
    'line\r\nline\r\n\r\nnext\r\n',
    '    indented code\n\n    more\n\ntext',
    '\n\n\ntext after blank lines\n\n\n',
];

for (const text of TEXTS) {
    test(`blocks add up to the whole however it is cut: ${JSON.stringify(text.slice(0, 30))}`, () => {
        const whole = marked.parse(text);
        for (const seed of seeds(120)) {
            const random = randomFrom(seed);
            const blocks = blocksOf(cut(text, random, 1 + Math.floor(random() * 12)));
            assert.equal(html(blocks), whole, `seed ${seed}`);
        }
    });
}

test('random sequences of blocks add up too', () => {
    for (const seed of seeds(150)) {
        const random = randomFrom(seed);
        const parts = Array.from({ length: 4 }, () => TEXTS[Math.floor(random() * (TEXTS.length - 4))]);
        const text = parts.join('\n\n');
        assert.equal(html(blocksOf(cut(text, random, 20))), marked.parse(text), `seed ${seed}: ${JSON.stringify(text)}`);
    }
});

test('a finished block is settled as soon as the next one has a line', () => {
    const splitter = new BlockSplitter(lex);
    assert.deepEqual(splitter.push('One.\n\n').settled, []);
    const { settled, live } = splitter.push('Two\n');
    assert.deepEqual(settled.map((each) => each.trim()), ['One.']);
    assert.equal(live, 'Two\n');
});

test('half a line never settles the list above it', () => {
    const splitter = new BlockSplitter(lex);
    assert.deepEqual(splitter.push('1. one\n\n2').settled, []);
    assert.deepEqual(splitter.push('. two\n').settled, []);
});

test('an open code block can be appended to, and hides the start of its closing fence', () => {
    const splitter = new BlockSplitter(lex);
    assert.equal(splitter.push('```ja').openCode, null);
    assert.deepEqual(splitter.push('va\nint x').openCode, { info: 'java', text: 'int x' });
    assert.deepEqual(splitter.push(';\n``').openCode, { info: 'java', text: 'int x;\n' });
    assert.equal(splitter.push('`\n').openCode, null);
    assert.deepEqual(splitter.finish(), ['```java\nint x;\n```\n']);
});

test('a long open code block is not lexed again and again', () => {
    let lexed = 0;
    const splitter = new BlockSplitter((text) => {
        lexed += text.length;
        return lex(text);
    });
    splitter.push('```\n');
    for (let line = 0; line < 2_000; line++) {
        splitter.push(`line ${line}\n`);
    }
    assert.ok(lexed < 100, `lexed ${lexed} characters`);
});

test('the work for a long answer grows with its length, not with its square', () => {
    let lexed = 0;
    const splitter = new BlockSplitter((text) => {
        lexed += text.length;
        return lex(text);
    });
    let length = 0;
    for (let paragraph = 0; paragraph < 500; paragraph++) {
        for (const word of 'some words of a paragraph\n\n'.match(/\S+\s*/g)) {
            splitter.push(word);
            length += word.length;
        }
    }
    assert.ok(lexed < length * 8, `lexed ${lexed} of ${length} characters`);
});
