/**
 * Server-sent events, as the HTML standard parses them, over any cutting of the text.
 *
 * @typedef {{event: string, data: string, id: string}} ServerEvent
 */

/** Turns pieces of text into events. One instance reads one stream from its start. */
export class SseParser {
    #rest = '';
    #data = [];
    #event = '';
    #id = '';
    #first = true;
    #skipLineFeed = false;

    /**
     * @param {string} text the next piece, cut anywhere
     * @returns {ServerEvent[]} the events that this piece completed
     */
    push(text) {
        if (text === '') {
            return [];
        }
        if (this.#first) {
            this.#first = false;
            text = text.startsWith('\ufeff') ? text.slice(1) : text;
        }
        // A CR ends its line at once; the LF of a CRLF that was cut in two must not end another.
        if (this.#skipLineFeed) {
            text = text.startsWith('\n') ? text.slice(1) : text;
        }
        this.#skipLineFeed = text.endsWith('\r');
        const lines = (this.#rest + text).split(/\r\n|\r|\n/);
        this.#rest = lines.pop() ?? '';
        const events = [];
        for (const line of lines) {
            this.#line(line, events);
        }
        return events;
    }

    #line(line, events) {
        if (line === '') {
            if (this.#data.length > 0) {
                events.push({ event: this.#event || 'message', data: this.#data.join('\n'), id: this.#id });
            }
            this.#data = [];
            this.#event = '';
            return;
        }
        const colon = line.indexOf(':');
        if (colon === 0) {
            return;
        }
        const field = colon < 0 ? line : line.slice(0, colon);
        const raw = colon < 0 ? '' : line.slice(colon + 1);
        const value = raw.startsWith(' ') ? raw.slice(1) : raw;
        if (field === 'data') {
            this.#data.push(value);
        } else if (field === 'event') {
            this.#event = value;
        } else if (field === 'id' && !value.includes('\0')) {
            this.#id = value;
        }
    }
}

/**
 * Reads a response body to its end.
 *
 * @param {ReadableStream<Uint8Array>} body
 * @returns {AsyncGenerator<ServerEvent, void, void>} leaving the loop early cancels the body
 */
export async function* serverEvents(body) {
    const parser = new SseParser();
    const decoder = new TextDecoder();
    const reader = body.getReader();
    try {
        for (;;) {
            const { done, value } = await reader.read();
            if (done) {
                return;
            }
            yield* parser.push(decoder.decode(value, { stream: true }));
        }
    } finally {
        await reader.cancel().catch(() => {});
    }
}
