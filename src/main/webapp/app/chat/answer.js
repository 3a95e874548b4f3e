/**
 * @typedef {{id: string, name: string, arguments: string, result?: string}} ToolCall
 * @typedef {{tokens: number, promptTokens: number, cachedTokens: number, tokensPerSecond: number, firstTokenMs: number,
 *            cut: boolean}} Metrics
 */

/**
 * One answer as it grows, whatever protocol it comes by: the protocols read their events and say here what was in them.
 * Pure but for the clock, which counts milliseconds.
 */
export class Answer {
    content = '';
    reasoning = '';
    /** @type {ToolCall[]} */
    toolCalls = [];
    /** How long the thinking lasted; 0 while it goes on or when there was none. */
    thinkingMs = 0;
    /** Whether the server said that this is all; a connection that merely ends is not that. */
    complete = false;
    /** Whether the answer was ended by the limit of tokens. */
    cut = false;

    #now;
    #sent;
    #first = 0;
    #last = 0;
    #thinkingSince = 0;
    #deltas = 0;
    #usage = { tokens: 0, promptTokens: 0, cachedTokens: 0 };

    /** @param {() => number} [now] */
    constructor(now = () => performance.now()) {
        this.#now = now;
        this.#sent = now();
    }

    /** @returns {boolean} whether reasoning is what is being written at present */
    get thinking() {
        return this.#thinkingSince > 0 && this.thinkingMs === 0;
    }

    /** @param {string} text */
    think(text) {
        if (text) {
            this.#tick();
            this.#thinkingSince ||= this.#last;
            this.reasoning += text;
        }
    }

    /** @param {string} text */
    say(text) {
        if (text) {
            this.#tick();
            this.#endThinking();
            this.content += text;
        }
    }

    /** @param {number} index of the call @param {{id?: string, name?: string, arguments?: string}} piece of it */
    call(index, { id = '', name = '', arguments: args = '' }) {
        this.#tick();
        this.#endThinking();
        const call = (this.toolCalls[index] ??= { id: '', name: '', arguments: '' });
        call.id = id || call.id || `call_${index}`;
        call.name = name || call.name;
        call.arguments += args;
    }

    /** @param {{tokens?: number, promptTokens?: number, cachedTokens?: number}} counted what is known by now */
    count(counted) {
        for (const [name, value] of Object.entries(counted)) {
            this.#usage[name] = value ?? this.#usage[name];
        }
    }

    /** The stream ended or was stopped: no more comes. */
    end() {
        this.#endThinking();
    }

    /** @returns {Metrics | null} null before the first token */
    metrics() {
        if (this.#first === 0) {
            return null;
        }
        const tokens = this.#usage.tokens || this.#deltas;
        const seconds = (this.#last - this.#first) / 1000;
        return {
            ...this.#usage,
            tokens,
            tokensPerSecond: tokens > 1 && seconds > 0 ? (tokens - 1) / seconds : 0,
            firstTokenMs: this.#first - this.#sent,
            cut: this.cut,
        };
    }

    #tick() {
        this.#last = this.#now();
        this.#first ||= this.#last;
        this.#deltas++;
    }

    #endThinking() {
        if (this.thinking) {
            this.thinkingMs = Math.max(this.#now() - this.#thinkingSince, 1);
        }
    }
}
