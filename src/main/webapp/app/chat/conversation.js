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

/** @returns {ConversationState} */
const blank = () => ({
    id: '',
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
 * server as it grows. Tells its listeners of new text at most once per animation frame.
 *
 * @extends {Store<ConversationState>}
 */
export class Conversation extends Store {
    #api;
    #tools;
    #frame;
    #archive;
    #archives = new Set();
    #saved;
    #abort = null;
    #opened = 0;
    #settings = null;

    /**
     * @param {import('../lib/api.js').Api} api
     * @param {import('./tools.js').Tools} tools
     * @param {{frame?: (run: () => void) => void, saved?: () => void}} [surroundings] saved: called when the list of
     *     conversations may have changed
     */
    constructor(api, tools, { frame = (run) => requestAnimationFrame(run), saved = () => {} } = {}) {
        super(blank());
        this.#api = api;
        this.#tools = tools;
        this.#frame = frame;
        this.#saved = saved;
        this.#archive = this.#archiveOf('');
    }

    /**
     * Shows a conversation that the server has.
     *
     * @param {string} id
     * @returns {Promise<object | null>} the settings it was held with, null when it could not be opened
     */
    async open(id) {
        if (id === this.state.id) {
            return null;
        }
        this.clear();
        const opened = ++this.#opened;
        this.update({ id, opening: true });
        this.#archive = this.#archiveOf(id);
        try {
            const found = await this.#api.get(`api/conversations/${id}`);
            if (opened === this.#opened) {
                const all = found.messages.map(restored);
                this.#settings = found.settings;
                this.update({ title: found.title, all, turns: path(all, found.leaf), opening: false });
                return found.settings;
            }
        } catch (failure) {
            if (opened === this.#opened) {
                this.update({ opening: false, refusal: failure.message });
            }
        }
        return null;
    }

    /** Begins a new one; the present one stays where it is kept, an answer in the middle as far as it is. */
    clear() {
        this.leaving();
        this.stop();
        this.#opened++;
        this.#archive = this.#archiveOf('');
        this.#settings = null;
        this.update(blank());
    }

    /** Begins a new one for somebody else: nothing of this one is saved any more. */
    forget() {
        this.#archives.forEach((archive) => archive.close());
        this.clear();
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

    /** @param {string} id of a conversation that was renamed elsewhere on the page @param {string} title */
    renamed(id, title) {
        if (id === this.state.id) {
            this.update({ title });
        }
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
        if (this.#abort === abort) {
            this.#abort = null;
            this.update({ streaming: false });
        }
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
        const turn = this.state.all.find((each) => each.id === id);
        if (turn !== undefined) {
            this.#keep(turn, settings);
        }
        return runTools && !abort.signal.aborted;
    }

    #read(history, answer, id, abort, settings, mayCallTools) {
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
        });
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

    #archiveOf(id) {
        const archive = new Archive(this.#api, id, (state) => (archive === this.#archive ? this.#archived(state) : this.#saved()));
        this.#archives.add(archive);
        return archive;
    }

    #archived({ id, saving, problem }) {
        const made = id !== '' && this.state.id === '' && this.state.all.length > 0;
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
