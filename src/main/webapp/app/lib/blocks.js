/**
 * Cuts growing Markdown into blocks that can no longer change and a live rest, so that a long answer is rendered block
 * by block and never again from its beginning.
 *
 * @typedef {{settled: string[], live: string, openCode: {info: string, text: string} | null}} Blocks
 *     settled: the Markdown of blocks finished since the last call; live: the rest; openCode: the same rest when it is
 *     an unfinished fenced code block, for which text can simply be appended
 */

const OPEN_FENCE = /^ {0,3}(`{3,}(?=[^`]*\n)|~{3,})([^\n]*)\n/;

export class BlockSplitter {
    #lex;
    #live = '';
    #fence = null;
    #checked = 0;

    /** @param {(markdown: string) => {type: string, raw: string}[]} lex block tokens whose raw texts add up to the input */
    constructor(lex) {
        this.#lex = lex;
    }

    /** @param {string} text the next piece @returns {Blocks} */
    push(text) {
        this.#live += text.replaceAll('\r', '');
        const settled = this.#settle();
        return { settled, live: this.#live, openCode: this.#openCode() };
    }

    /** @returns {string[]} the blocks that were still open */
    finish() {
        const blocks = this.#lex(this.#live)
            .filter((token) => token.type !== 'space')
            .map((token) => token.raw);
        this.#live = '';
        this.#fence = null;
        this.#checked = 0;
        return blocks;
    }

    #settle() {
        if (this.#insideFence()) {
            return [];
        }
        // Only whole lines decide: half a line may still turn into the next item of the list above it.
        const end = this.#live.lastIndexOf('\n') + 1;
        if (end === 0) {
            return [];
        }
        const tokens = this.#lex(this.#live.slice(0, end));
        const last = tokens.findLastIndex((token) => token.type !== 'space');
        const done = tokens.slice(0, Math.max(last, 0));
        const length = done.reduce((sum, token) => sum + token.raw.length, 0);
        if (length === 0) {
            return [];
        }
        this.#live = this.#live.slice(length);
        this.#fence = null;
        this.#checked = 0;
        return done.filter((token) => token.type !== 'space').map((token) => token.raw);
    }

    /** Whether the rest begins with a fence that has no end yet: then lexing it again would tell nothing new. */
    #insideFence() {
        if (this.#fence === null) {
            const match = OPEN_FENCE.exec(this.#live);
            if (match === null) {
                return false;
            }
            const mark = match[1];
            this.#fence = {
                info: match[2].trim(),
                start: match[0].length,
                close: new RegExp(`^ {0,3}${mark[0]}{${mark.length},}[ \\t]*$`),
            };
            this.#checked = match[0].length;
        }
        for (;;) {
            const end = this.#live.indexOf('\n', this.#checked);
            if (end < 0) {
                return true;
            }
            if (this.#fence.close.test(this.#live.slice(this.#checked, end))) {
                this.#fence.closed = true;
                return false;
            }
            this.#checked = end + 1;
        }
    }

    #openCode() {
        if (this.#fence === null || this.#fence.closed) {
            return null;
        }
        // The first backticks of the closing fence are no code.
        const text = this.#live.slice(this.#fence.start).replace(/(^|\n) {0,3}(`+|~+)$/, '$1');
        return { info: this.#fence.info, text };
    }
}
