import { Store } from '../lib/store.js';
import { Answer } from './answer.js';
import { Archive } from './archive.js';
import { receive } from './receive.js';
import { latestLeaf, newId, path, restored, stored, title } from './thread.js';

/**
 * @typedef {import('./thread.js').Turn} Turn
 * @typedef {import('./thread.js').Attachment} Attachment
 * @typedef {import('./settings.js').ChatSettings} ChatSettings
 * @typedef {{id: string, title: string, all: Turn[], turns: Turn[], streaming: boolean, opening: boolean, saving: boolean,
 *            problem: string, refusal: string}} ConversationState
 *     all: every version of every message; turns: the branch that is shown; problem: why it is not saved;
 *     refusal: why it could not be opened
 */

const MOST_TOOL_ROUNDS = 5;
const SAVE_WHILE_STREAMING = 3_000;

/** @param {string} id @returns {ConversationState} */
export const blank = (id = '') => ({
    id,
    title: '',
    all: [],
    turns: [],
    streaming: false,
    opening: false,
    saving: false,
    problem: '',
    refusal: '',
});

/**
 * One conversation with a model: what was said, in all its versions, and the answer that is being written. Kept on the
 * server as it grows, whether or not it is shown. Tells its listeners of new text at most once per animation frame.
 *
 * @extends {Store<ConversationState>}
 */
export class Conversation extends Store {
    #api;
    #tools;
    #frame;
    #saved;
    #place;
    #archive;
    #abort = null;
    #settings = null;

    /**
     * @param {import('../lib/api.js').Api} api
     * @param {import('./tools.js').Tools} tools
     * @param {{frame?: (run: () => void) => void, saved?: () => void, place?: (signal: AbortSignal) => Promise<() => void>}}
     *     [surroundings] saved: called when the list of conversations may have changed; place: waits until one more answer
     *     may be read, and gives what ends that
     * @param {string} [id] of one that the server has, to be loaded; empty for a new one
     */
    constructor(api, tools, surroundings = {}, id = '') {
        super(blank(id));
        const { frame = (run) => requestAnimationFrame(run), saved = () => {}, place = async () => () => {} } = surroundings;
        this.#api = api;
        this.#tools = tools;
        this.#frame = frame;
        this.#saved = saved;
        this.#place = place;
        this.#archive = new Archive(api, id, (state) => this.#archived(state));
    }

    /** @returns {ChatSettings | null} with which it was held last; null before its first question, or until it is loaded */
    get settings() {
        return this.#settings;
    }

    /** @returns {boolean} whether an answer is being written, or something of it is not on the server yet */
    get busy() {
        return this.state.streaming || this.#archive.pending;
    }

    /** Fetches from the server what was said. */
    async load() {
        this.update({ opening: true });
        try {
            const found = await this.#api.get(`api/conversations/${this.state.id}`);
            const all = found.messages.map(restored);
            this.#settings = found.settings;
            this.update({ title: found.title, all, turns: path(all, found.leaf), opening: false });
        } catch (failure) {
            this.update({ opening: false, refusal: failure.message });
        }
    }

    /** Ends it for good: no answer goes on, and nothing more is saved. */
    close() {
        this.#archive.close();
        this.stop();
    }

    /** Ends the answer that is being written, if there is one; what is there stays. */
    stop() {
        this.#abort?.abort();
    }

    /** The page is being left: what has been written so far is kept. */
    leaving() {
        if (this.state.streaming) {
            this.#keep(this.state.turns.at(-1), this.#settings);
        }
        this.#archive.farewell();
    }

    /**
     * @param {string} text
     * @param {ChatSettings} settings
     * @param {Attachment[]} [attachments]
     * @returns {Promise<void>} when the answer is complete, stopped or failed; never rejects
     */
    async send(text, settings, attachments = []) {
        if (!this.state.streaming) {
            await this.#ask(this.state.turns.at(-1)?.id ?? null, text, settings, attachments);
        }
    }

    /**
     * Asks something else in place of an earlier question; the earlier one stays as another version.
     *
     * @param {string} id of the question
     * @param {string} text
     * @param {ChatSettings} settings
     */
    async edit(id, text, settings) {
        const turn = this.state.all.find((each) => each.id === id);
        if (!this.state.streaming && turn?.role === 'user') {
            await this.#ask(turn.parent, text, settings, turn.attachments);
        }
    }

    /** Asks once more for the last answer; the present one stays as another version. @param {ChatSettings} settings */
    async retry(settings) {
        const question = this.state.turns.findLast((turn) => turn.role === 'user');
        if (!this.state.streaming && question !== undefined) {
            this.#show(question.id);
            await this.#answer(settings);
        }
    }

    /** Shows the branch through another version of a message. @param {string} id */
    async choose(id) {
        if (!this.state.streaming) {
            const leaf = latestLeaf(this.state.all, id);
            this.#show(leaf);
            await this.#archive.change({ leaf }).catch((failure) => this.update({ problem: failure.message }));
        }
    }

    /** @param {string} title that it got elsewhere on the page */
    renamed(title) {
        this.update({ title });
    }

    async #ask(parent, text, settings, attachments) {
        const turn = { id: newId(), parent, role: /** @type {'user'} */ ('user'), content: text, attachments };
        this.#append(turn);
        this.#keep(turn, settings);
        await this.#answer(settings);
    }

    async #answer(settings) {
        const abort = new AbortController();
        this.#abort = abort;
        this.#keepSettings(settings);
        this.update({ streaming: true });
        for (let round = 0; round <= MOST_TOOL_ROUNDS; round++) {
            const again = await this.#round(settings, abort, round < MOST_TOOL_ROUNDS);
            if (!again) {
                break;
            }
        }
        this.#abort = null;
        this.update({ streaming: false });
        await this.#archive.settled();
        this.#saved();
    }

    /** @returns {Promise<boolean>} whether tools were run whose results the model should see */
    async #round(settings, abort, mayCallTools) {
        const answer = new Answer();
        const history = this.state.turns;
        const id = newId();
        const parent = history.at(-1).id;
        this.#append({ id, parent, role: 'assistant', model: settings.model, state: 'streaming', error: '', ...shown(answer) });
        const outcome = await this.#read(history, answer, id, abort, settings, mayCallTools);
        answer.end();
        const runTools = outcome.state === 'done' && settings.tools && mayCallTools && answer.toolCalls.some(Boolean);
        if (runTools) {
            this.#replace(id, { ...shown(answer), metrics: answer.metrics() });
            for (const call of answer.toolCalls.filter(Boolean)) {
                call.result = await this.#tools.run(call.name, call.arguments);
            }
        }
        this.#replace(id, { ...shown(answer), ...outcome, metrics: answer.metrics() });
        this.#keep(
            this.state.all.find((each) => each.id === id),
            settings,
        );
        return runTools && !abort.signal.aborted;
    }

    async #read(history, answer, id, abort, settings, mayCallTools) {
        const done = await this.#place(abort.signal);
        let drawn = true;
        let kept = performance.now();
        const tools = async () => (settings.tools && mayCallTools ? this.#tools.definitions() : []);
        return receive(this.#api, { history, settings, tools, signal: abort.signal }, answer, () => {
            if (drawn) {
                drawn = false;
                this.#frame(() => {
                    drawn = true;
                    this.#replaceStreaming(id, shown(answer));
                });
            }
            if (performance.now() - kept > SAVE_WHILE_STREAMING) {
                kept = performance.now();
                this.#keep({ ...this.state.turns.at(-1), ...shown(answer) }, settings);
            }
        }).finally(done);
    }

    #keep(turn, settings) {
        this.#archive.save({ id: turn.id, body: stored(turn) }, () => ({ title: title(this.state.all), settings }));
    }

    /** So that the conversation goes on another day as it went on last. */
    #keepSettings(settings) {
        if (this.#settings !== null && JSON.stringify(this.#settings) !== JSON.stringify(settings)) {
            this.#archive.change({ settings }).catch((failure) => this.update({ problem: failure.message }));
        }
        this.#settings = settings;
    }

    #archived({ id, saving, problem }) {
        const made = id !== '' && this.state.id === '';
        this.update({ id, saving, problem, ...(made ? { title: title(this.state.all) } : {}) });
        if (made) {
            this.#saved();
        }
    }

    #append(turn) {
        const all = [...this.state.all, turn];
        this.update({ all, turns: path(all, turn.id) });
    }

    #show(leaf) {
        this.update({ turns: path(this.state.all, leaf) });
    }

    #replace(id, change) {
        const changed = (turn) => (turn.id === id ? { ...turn, ...change } : turn);
        this.update({ all: this.state.all.map(changed), turns: this.state.turns.map(changed) });
    }

    /** A frame that was asked for before the end may come after it, and must not undo it. */
    #replaceStreaming(id, change) {
        if (this.state.turns.some((turn) => turn.id === id && turn.role === 'assistant' && turn.state === 'streaming')) {
            this.#replace(id, change);
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
