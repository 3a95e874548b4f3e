import { BlockSplitter } from '../lib/blocks.js';
import { highlight, languageOf } from '../lib/highlight.js';
import { lex, render } from '../lib/markdown.js';
import './mm-copy-button.js';

const MOST_OF_A_FRAME = 8;

/**
 * Shows Markdown that grows at its end. A block is rendered when it is finished and never touched again; only the last
 * one is drawn anew, and less often the longer that takes.
 *
 * Set `text` to the whole text so far and `done` when no more will come.
 */
class Markdown extends HTMLElement {
    #text = '';
    #done = false;
    #splitter = new BlockSplitter(lex);
    #live = null;
    #openCode = null;
    #notBefore = 0;
    #later = 0;

    connectedCallback() {
        this.classList.add('prose');
    }

    disconnectedCallback() {
        clearTimeout(this.#later);
    }

    set text(text) {
        if (text === this.#text) {
            return;
        }
        if (this.#done || !text.startsWith(this.#text)) {
            this.#restart();
        }
        const more = text.slice(this.#text.length);
        this.#text = text;
        this.#append(more);
    }

    get text() {
        return this.#text;
    }

    set done(done) {
        if (done && !this.#done) {
            this.#done = true;
            this.#finish();
        }
    }

    get done() {
        return this.#done;
    }

    #append(more) {
        const { settled, live, openCode } = this.#splitter.push(more);
        for (const block of settled) {
            this.#settle(block);
        }
        if (openCode !== null) {
            this.#drawOpenCode(openCode);
        } else {
            this.#drawLive(live);
        }
    }

    #settle(block) {
        const fragment = render(block);
        const codes = [...fragment.querySelectorAll('pre > code')];
        const first = [...fragment.childNodes];
        this.insertBefore(fragment, this.#live);
        for (const code of codes) {
            frame(code.parentElement, infoOf(code), true);
        }
        for (const table of first.filter((node) => node.nodeName === 'TABLE')) {
            scrollable(table);
        }
    }

    #drawLive(live) {
        this.#openCode = null;
        clearTimeout(this.#later);
        const wait = this.#notBefore - performance.now();
        if (wait > 0) {
            this.#later = setTimeout(() => this.#drawLive(live), wait);
            return;
        }
        const begin = performance.now();
        this.#area().replaceChildren(render(live));
        const cost = performance.now() - begin;
        this.#notBefore = cost > MOST_OF_A_FRAME ? begin + cost * 8 : 0;
    }

    #drawOpenCode({ info, text }) {
        clearTimeout(this.#later);
        if (this.#openCode === null) {
            const pre = document.createElement('pre');
            const code = document.createElement('code');
            const node = document.createTextNode('');
            code.append(node);
            pre.append(code);
            this.#area().replaceChildren(pre);
            frame(pre, info, false);
            this.#openCode = node;
        }
        const node = this.#openCode;
        if (text.startsWith(node.data)) {
            node.appendData(text.slice(node.data.length));
        } else {
            node.data = text;
        }
    }

    #area() {
        if (this.#live === null) {
            this.#live = document.createElement('div');
            this.#live.className = 'live';
            this.append(this.#live);
        }
        return this.#live;
    }

    #finish() {
        clearTimeout(this.#later);
        this.#live?.remove();
        this.#live = null;
        this.#openCode = null;
        for (const block of this.#splitter.finish()) {
            this.#settle(block);
        }
    }

    #restart() {
        this.#finish();
        this.replaceChildren();
        this.#text = '';
        this.#done = false;
    }
}

function infoOf(code) {
    const name = [...code.classList].find((each) => each.startsWith('language-')) ?? '';
    return name.slice('language-'.length);
}

/** Gives a code block its head line: the language, and a copy button once the code is complete. */
function frame(pre, info, complete) {
    const language = languageOf(info);
    const figure = document.createElement('figure');
    figure.className = 'code';
    const head = document.createElement('figcaption');
    const name = document.createElement('span');
    name.textContent = language || 'text';
    head.append(name);
    pre.replaceWith(figure);
    pre.tabIndex = 0;
    figure.append(head, pre);
    if (complete) {
        const code = pre.querySelector('code');
        const copy = /** @type {import('./mm-copy-button.js').CopyButton} */ (document.createElement('mm-copy-button'));
        copy.text = () => code.textContent;
        copy.label = 'Copy';
        head.append(copy);
        highlight(code, language);
    }
}

/** A wide table scrolls in its own box instead of the page. */
function scrollable(table) {
    const box = document.createElement('div');
    box.className = 'table';
    box.tabIndex = 0;
    box.role = 'region';
    box.ariaLabel = 'Table';
    table.replaceWith(box);
    box.append(table);
}

customElements.define('mm-markdown', Markdown);
