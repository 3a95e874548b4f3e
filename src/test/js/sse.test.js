import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SseParser, serverEvents } from '../app/lib/sse.js';
import { cut, randomFrom, seeds } from './random.js';

const parse = (text) => new SseParser().push(text);

test('reads data, event and id', () => {
    assert.deepEqual(parse('event: error\nid: 7\ndata: {"a":1}\n\n'), [{ event: 'error', data: '{"a":1}', id: '7' }]);
});

for (const [what, text, expected] of [
    ['joins several data lines', 'data: a\ndata: b\n\n', ['a\nb']],
    ['removes one leading space only', 'data:  a\n\ndata:b\n\n', [' a', 'b']],
    ['ignores comments and unknown fields', ': ping\n\nfoo: bar\ndata: a\n\n', ['a']],
    ['does not fire without data', 'event: x\n\ndata: a\n\n', ['a']],
    ['fires for empty data', 'data\n\n', ['']],
    ['drops what has no blank line after it', 'data: a\n\ndata: b\n', ['a']],
    ['skips a byte order mark', '\ufeffdata: a\n\n', ['a']],
    ['takes all three line ends', 'data: a\r\n\r\ndata: b\r\rdata: c\n\n', ['a', 'b', 'c']],
]) {
    test(what, () => assert.deepEqual(parse(text).map((event) => event.data), expected));
}

test('keeps the last id for later events', () => {
    assert.deepEqual(parse('id: 1\ndata: a\n\ndata: b\n\n').map((event) => event.id), ['1', '1']);
});

test('gives the same events however the text is cut', () => {
    const text =
        '\ufeff: hello\r\n\r\nid: 3\r\nevent: x\r\ndata: one\r\ndata: two ☃ 🦊\r\n\r\ndata: {"a":"b: c"}\n\ndata\r\rdata: end\n\n';
    const whole = parse(text);
    assert.equal(whole.length, 4);
    for (const seed of seeds(300)) {
        const random = randomFrom(seed);
        const parser = new SseParser();
        const events = [...cut(text, random, 1 + Math.floor(random() * 9))].flatMap((piece) => parser.push(piece));
        assert.deepEqual(events, whole, `seed ${seed}`);
    }
});

test('reads characters that a network packet cut in two', async () => {
    const bytes = new TextEncoder().encode('data: 🦊☃\n\n');
    const body = new ReadableStream({
        start(controller) {
            for (const each of bytes) {
                controller.enqueue(Uint8Array.of(each));
            }
            controller.close();
        },
    });
    const events = [];
    for await (const event of serverEvents(body)) {
        events.push(event.data);
    }
    assert.deepEqual(events, ['🦊☃']);
});

test('leaving the loop cancels the body', async () => {
    let cancelled = false;
    const body = new ReadableStream({
        pull: (controller) => controller.enqueue(new TextEncoder().encode('data: a\n\n')),
        cancel: () => (cancelled = true),
    });
    for await (const event of serverEvents(body)) {
        assert.equal(event.data, 'a');
        break;
    }
    assert.equal(cancelled, true);
});
