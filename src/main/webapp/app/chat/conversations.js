import { Slots } from '../lib/slots.js';
import { Store } from '../lib/store.js';
import { Conversation, blank } from './conversation.js';

/**
 * @typedef {import('./settings.js').ChatSettings} ChatSettings
 * @typedef {import('./conversation.js').ConversationState & {answering: string[], answered: string[]}} ConversationsState
 *     what is shown; answering: ids of those in which an answer is being written; answered: ids of those in which one came
 *     to its end while another conversation was shown
 */

/** A browser opens six connections to a server that speaks HTTP/1.1, and the page itself needs some. */
const MOST_ANSWERS_AT_ONCE = 3;

/**
 * The conversations of this page: the one that is shown, and those in which an answer is still being written. Its state is
 * the state of the one that is shown.
 *
 * @extends {Store<ConversationsState>}
 */
export class Conversations extends Store {
    #make;
    #all = new Set();
    #shown;

    /**
     * @param {import('../lib/api.js').Api} api
     * @param {import('./tools.js').Tools} tools
     * @param {{frame?: (run: () => void) => void, saved?: () => void}} [surroundings] as {@link Conversation} has them
     */
    constructor(api, tools, surroundings = {}) {
        super({ ...blank(), answering: [], answered: [] });
        const slots = new Slots(MOST_ANSWERS_AT_ONCE);
        const place = (signal) => slots.take(signal);
        this.#make = (id) => new Conversation(api, tools, { ...surroundings, place }, id);
        this.#shown = this.#begin('');
    }

    /**
     * Shows a conversation that the server has, or one that is being answered here.
     *
     * @param {string} id
     * @returns {Promise<ChatSettings | null>} with which it was held; null when it cannot be opened, is shown already, or
     *     another one is shown meanwhile
     */
    async open(id) {
        if (id === this.state.id) {
            return null;
        }
        const known = [...this.#all].find(({ state }) => state.id === id);
        const opened = known ?? this.#begin(id);
        this.#show(opened);
        if (known === undefined) {
            await opened.load();
        }
        return opened === this.#shown ? opened.settings : null;
    }

    /** Shows a new one. An answer in the present one goes on. */
    clear() {
        this.#show(this.#begin(''));
    }

    /** Begins anew for somebody else: nothing of what is here goes on or is saved any more. */
    forget() {
        this.#all.forEach((each) => each.close());
        this.#all.clear();
        this.update({ answering: [], answered: [] });
        this.clear();
    }

    /** @param {string} id of one that is on the server no more */
    removed(id) {
        const gone = [...this.#all].find(({ state }) => state.id === id);
        gone?.close();
        this.#all.delete(gone);
        if (gone === this.#shown) {
            this.clear();
        }
        this.#publish();
        this.update({ answered: this.state.answered.filter((each) => each !== id) });
    }

    /** @param {string} id of one that was renamed elsewhere on the page @param {string} title */
    renamed(id, title) {
        [...this.#all].find(({ state }) => state.id === id)?.renamed(title);
    }

    /** Ends the answer in the conversation that is shown; what is there stays. */
    stop() {
        this.#shown.stop();
    }

    /** Ends every answer. */
    stopAll() {
        this.#all.forEach((each) => each.stop());
    }

    /** The page is being left: what has been written so far is kept. */
    leaving() {
        this.#all.forEach((each) => each.leaving());
    }

    /** {@link Conversation.send} in the one that is shown; so are the next three. @type {Conversation['send']} */
    send(text, settings, attachments) {
        return this.#shown.send(text, settings, attachments);
    }

    /** @type {Conversation['edit']} */
    edit(id, text, settings) {
        return this.#shown.edit(id, text, settings);
    }

    /** @type {Conversation['retry']} */
    retry(settings) {
        return this.#shown.retry(settings);
    }

    /** @type {Conversation['choose']} */
    choose(id) {
        return this.#shown.choose(id);
    }

    #begin(id) {
        const conversation = this.#make(id);
        this.#all.add(conversation);
        conversation.subscribe(() => this.#changed(conversation));
        return conversation;
    }

    #show(conversation) {
        const before = this.#shown;
        this.#shown = conversation;
        if (!before.busy) {
            this.#all.delete(before);
        }
        this.#publish();
    }

    #changed(conversation) {
        if (!this.#all.has(conversation)) {
            return;
        }
        const shown = conversation === this.#shown;
        if (!shown && !conversation.busy) {
            this.#all.delete(conversation);
        }
        if (shown || conversation.state.streaming !== this.state.answering.includes(conversation.state.id)) {
            this.#publish();
        }
    }

    #publish() {
        const answering = [...this.#all].filter(({ state }) => state.streaming && state.id !== '').map(({ state }) => state.id);
        const ended = this.state.answering.filter((id) => !answering.includes(id));
        const answered = [...this.state.answered, ...ended].filter((id) => id !== this.#shown.state.id);
        this.update({ ...this.#shown.state, answering, answered });
    }
}
