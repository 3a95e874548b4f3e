import { streamError } from '../lib/problem.js';

/**
 * @typedef {{id: string, name: string, arguments: string, result?: string}} ToolCall
 * @typedef {{tokens: number, promptTokens: number, tokensPerSecond: number, firstTokenMs: number, cut: boolean}} Metrics
 */

/**
 * One answer as it grows out of the chunks of an OpenAI stream. Pure but for the clock, which counts milliseconds.
 */
export class Answer {
    content = '';
    reasoning = '';
    /** @type {ToolCall[]} */
    toolCalls = [];
    /** How long the thinking lasted; 0 while it goes on or when there was none. */
    thinkingMs = 0;
    finishReason = '';
    /** Whether the server said that this is all; a connection that merely ends is not that. */
    complete = false;

    #now;
    #sent;
    #first = 0;
    #last = 0;
    #thinkingSince = 0;
    #deltas = 0;
    #usage = null;

    /** @param {() => number} [now] */
    constructor(now = () => performance.now()) {
        this.#now = now;
        this.#sent = now();
    }

    /** @returns {boolean} whether reasoning is what is being written at present */
    get thinking() {
        return this.#thinkingSince > 0 && this.thinkingMs === 0;
    }

    /**
     * @param {string} data of one event
     * @throws {import('../lib/problem.js').ApiError} when the event says that the answer failed
     */
    apply(data) {
        if (data === '[DONE]') {
            this.complete = true;
            return;
        }
        const chunk = JSON.parse(data);
        const failure = streamError(chunk);
        if (failure !== null) {
            throw failure;
        }
        this.#usage = chunk.usage ?? this.#usage;
        const choice = chunk.choices?.[0];
        if (choice === undefined) {
            return;
        }
        this.#delta(choice.delta ?? {});
        this.finishReason = choice.finish_reason ?? this.finishReason;
        this.complete ||= this.finishReason !== '';
    }

    /** The stream ended or was stopped: no more chunks come. */
    end() {
        this.#endThinking();
    }

    /** @returns {Metrics | null} null before the first token */
    metrics() {
        if (this.#first === 0) {
            return null;
        }
        const tokens = this.#usage?.completion_tokens ?? this.#deltas;
        const seconds = (this.#last - this.#first) / 1000;
        return {
            tokens,
            promptTokens: this.#usage?.prompt_tokens ?? 0,
            tokensPerSecond: tokens > 1 && seconds > 0 ? (tokens - 1) / seconds : 0,
            firstTokenMs: this.#first - this.#sent,
            cut: this.finishReason === 'length',
        };
    }

    #delta({ content, reasoning_content: reasoning, tool_calls: calls }) {
        if (!content && !reasoning && !calls?.length) {
            return;
        }
        this.#last = this.#now();
        this.#first ||= this.#last;
        this.#deltas++;
        if (reasoning) {
            this.#thinkingSince ||= this.#last;
            this.reasoning += reasoning;
        }
        if (content || calls?.length) {
            this.#endThinking();
        }
        this.content += content ?? '';
        for (const call of calls ?? []) {
            this.#toolCall(call);
        }
    }

    #toolCall({ index = this.toolCalls.length, id, function: called }) {
        const call = (this.toolCalls[index] ??= { id: '', name: '', arguments: '' });
        /** @type {{name?: string, arguments?: string}} */
        const { name, arguments: args } = called ?? {};
        call.id = id || call.id || `call_${index}`;
        call.name = name || call.name;
        call.arguments += args ?? '';
    }

    #endThinking() {
        if (this.thinking) {
            this.thinkingMs = Math.max(this.#now() - this.#thinkingSince, 1);
        }
    }
}
