import { Store } from '../lib/store.js';

/** @typedef {import('./conversation.js').ChatSettings} ChatSettings */

const KEY = 'mm.chat-settings';

/** @type {ChatSettings} */
export const DEFAULTS = { model: '', system: '', temperature: 0.7, maxTokens: 0, thinking: true, tools: false };

/**
 * How the chat asks: kept in this browser, because it is taste and no secret.
 *
 * @extends {Store<ChatSettings>}
 */
export class ChatSettingsStore extends Store {
    #storage;

    /** @param {Pick<Storage, 'getItem' | 'setItem'>} storage */
    constructor(storage) {
        super({ ...DEFAULTS, ...restore(storage) });
        this.#storage = storage;
    }

    /** @param {Partial<ChatSettings>} change */
    update(change) {
        super.update(change);
        try {
            this.#storage.setItem(KEY, JSON.stringify(this.state));
        } catch {
            // A browser that stores nothing still chats.
        }
    }

    /**
     * Keeps the chosen model when the server still has it, else takes the first.
     *
     * @param {string[]} models
     */
    offer(models) {
        if (models.length > 0 && !models.includes(this.state.model)) {
            this.update({ model: models[0] });
        }
    }
}

/** Only fields that we know, of the type that we expect: the stored text may be older than this page. */
function restore(storage) {
    try {
        const stored = JSON.parse(storage.getItem(KEY) ?? '{}');
        return Object.fromEntries(
            Object.entries(stored).filter(([key, value]) => key in DEFAULTS && typeof value === typeof DEFAULTS[key]),
        );
    } catch {
        return {};
    }
}
