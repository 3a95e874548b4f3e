import { isAbort } from '../lib/api.js';
import { ApiError } from '../lib/problem.js';
import { Store } from '../lib/store.js';
import { Answer } from './answer.js';
import { runTool, toolDefinitions } from './tools.js';

/**
 * @typedef {{id: number, role: 'user', content: string}} UserTurn
 * @typedef {{id: number, role: 'assistant', model: string, state: 'streaming' | 'done' | 'stopped' | 'failed',
 *            content: string, reasoning: string, thinking: boolean, thinkingMs: number,
 *            toolCalls: import('./answer.js').ToolCall[], metrics: import('./answer.js').Metrics | null,
 *            error: string}} AssistantTurn
 * @typedef {UserTurn | AssistantTurn} Turn
 * @typedef {{model: string, system: string, temperature: number, maxTokens: number, thinking: boolean,
 *            tools: boolean}} ChatSettings
 * @typedef {{turns: Turn[], streaming: boolean}} ConversationState
 */

const MOST_TOOL_ROUNDS = 3;

/**
 * One conversation with a model: what was said, and the answer that is being written. Tells its listeners of new text
 * at most once per animation frame.
 *
 * @extends {Store<ConversationState>}
 */
export class Conversation extends Store {
    #api;
    #frame;
    #storage;
    #key = '';
    #nextId = 1;
    #abort = null;

    /**
     * @param {import('../lib/api.js').Api} api
     * @param {{frame?: (run: () => void) => void, storage?: import('../lib/session.js').TabStorage | null}} [surroundings]
     */
    constructor(api, { frame = (run) => requestAnimationFrame(run), storage = null } = {}) {
        super({ turns: [], streaming: false });
        this.#api = api;
        this.#frame = frame;
        this.#storage = storage;
    }

    /**
     * Takes up the conversation that this tab had with this user; another user's is dropped, the present one of the
     * same user stays.
     *
     * @param {number | string} userId
     */
    openFor(userId) {
        const key = `mm.chat.${userId}`;
        if (key === this.#key) {
            return;
        }
        this.clear();
        this.#key = key;
        const turns = this.#restore();
        this.#nextId = Math.max(0, ...turns.map((turn) => turn.id)) + 1;
        this.update({ turns });
    }

    /** Forgets everything, here and in the tab's storage. */
    close() {
        this.clear();
        this.#key = '';
    }

    clear() {
        this.stop();
        this.update({ turns: [], streaming: false });
        if (this.#key !== '') {
            this.#storage?.removeItem(this.#key);
        }
    }

    /** Ends the answer that is being written, if there is one; what is there stays. */
    stop() {
        this.#abort?.abort();
    }

    /**
     * @param {string} text
     * @param {ChatSettings} settings
     * @returns {Promise<void>} when the answer is complete, stopped or failed; never rejects
     */
    async send(text, settings) {
        if (this.state.streaming) {
            return;
        }
        this.#append({ id: this.#nextId++, role: 'user', content: text });
        await this.#answer(settings);
    }

    /** Asks once more for the last answer. @param {ChatSettings} settings */
    async retry(settings) {
        const last = this.state.turns.findLastIndex((turn) => turn.role === 'user');
        if (this.state.streaming || last < 0) {
            return;
        }
        this.update({ turns: this.state.turns.slice(0, last + 1) });
        await this.#answer(settings);
    }

    async #answer(settings) {
        const abort = new AbortController();
        this.#abort = abort;
        this.update({ streaming: true });
        for (let round = 0; round <= MOST_TOOL_ROUNDS; round++) {
            const again = await this.#round(settings, abort, round < MOST_TOOL_ROUNDS);
            if (!again) {
                break;
            }
        }
        if (this.#abort === abort) {
            this.#abort = null;
            this.update({ streaming: false });
            this.#save();
        }
    }

    /** @returns {Promise<boolean>} whether tools were run whose results the model should see */
    async #round(settings, abort, mayCallTools) {
        const answer = new Answer();
        const body = this.#request(settings, mayCallTools);
        const id = this.#nextId++;
        this.#append({ id, role: 'assistant', model: settings.model, state: 'streaming', error: '', ...shown(answer) });
        const outcome = await this.#read(body, answer, id, abort);
        answer.end();
        const runTools = outcome.state === 'done' && settings.tools && mayCallTools && answer.toolCalls.length > 0;
        if (runTools) {
            for (const call of answer.toolCalls.filter(Boolean)) {
                call.result = runTool(call.name, call.arguments);
            }
        }
        this.#replace(id, { ...shown(answer), ...outcome, metrics: answer.metrics() });
        return runTools;
    }

    async #read(body, answer, id, abort) {
        let drawn = true;
        try {
            for await (const event of this.#api.stream('v1/chat/completions', body, { signal: abort.signal })) {
                answer.apply(event.data);
                if (drawn) {
                    drawn = false;
                    this.#frame(() => {
                        drawn = true;
                        this.#replaceStreaming(id, shown(answer));
                    });
                }
            }
            return answer.complete
                ? { state: 'done', error: '' }
                : { state: 'failed', error: 'The connection broke before the answer was complete.' };
        } catch (failure) {
            if (isAbort(failure)) {
                return { state: 'stopped', error: '' };
            }
            return { state: 'failed', error: failure instanceof ApiError ? failure.message : 'The answer could not be read.' };
        }
    }

    #request(settings, mayCallTools) {
        const messages = settings.system.trim() === '' ? [] : [{ role: 'system', content: settings.system }];
        for (const turn of this.state.turns) {
            messages.push(...asMessages(turn));
        }
        return {
            model: settings.model,
            messages,
            stream: true,
            stream_options: { include_usage: true },
            temperature: settings.temperature,
            ...(settings.maxTokens > 0 ? { max_tokens: settings.maxTokens } : {}),
            ...(settings.tools && mayCallTools ? { tools: toolDefinitions() } : {}),
            chat_template_kwargs: { enable_thinking: settings.thinking },
        };
    }

    #append(turn) {
        this.update({ turns: [...this.state.turns, turn] });
    }

    #replace(id, change) {
        this.update({ turns: this.state.turns.map((turn) => (turn.id === id ? { ...turn, ...change } : turn)) });
    }

    /** A frame that was asked for before the end may come after it, and must not undo it. */
    #replaceStreaming(id, change) {
        if (this.state.turns.some((turn) => turn.id === id && turn.role === 'assistant' && turn.state === 'streaming')) {
            this.#replace(id, change);
        }
    }

    #save() {
        if (this.#key === '' || this.#storage === null) {
            return;
        }
        try {
            this.#storage.setItem(this.#key, JSON.stringify(this.state.turns));
        } catch {
            // Over the tab's quota: the conversation goes on, it only does not survive a reload.
            this.#storage.removeItem(this.#key);
        }
    }

    #restore() {
        try {
            const turns = JSON.parse(this.#storage?.getItem(this.#key) ?? '[]');
            return Array.isArray(turns) ? turns : [];
        } catch {
            return [];
        }
    }
}

function shown(answer) {
    return {
        content: answer.content,
        reasoning: answer.reasoning,
        thinking: answer.thinking,
        thinkingMs: answer.thinkingMs,
        toolCalls: answer.toolCalls.filter(Boolean).map((call) => ({ ...call })),
        metrics: null,
    };
}

/** A turn as the model sees it: thinking is left out, tool calls go with their results, an empty failure not at all. */
function asMessages(turn) {
    if (turn.role === 'user') {
        return [{ role: 'user', content: turn.content }];
    }
    const calls = turn.toolCalls.filter((call) => call.result !== undefined);
    if (turn.content === '' && calls.length === 0) {
        return [];
    }
    if (calls.length === 0) {
        return [{ role: 'assistant', content: turn.content }];
    }
    return [
        {
            role: 'assistant',
            content: turn.content,
            tool_calls: calls.map(({ id, name, arguments: args }) => ({
                id,
                type: 'function',
                function: { name, arguments: args },
            })),
        },
        ...calls.map(({ id, name, result }) => ({ role: 'tool', tool_call_id: id, name, content: result })),
    ];
}
