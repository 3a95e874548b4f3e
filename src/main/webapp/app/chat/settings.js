import { Store } from '../lib/store.js';

/**
 * @typedef {{model: string, system: string, temperature: number | null, topP: number | null, topK: number | null,
 *            minP: number | null, repetitionPenalty: number | null, seed: number | null, maxTokens: number, stop: string,
 *            thinking: boolean, tools: boolean, protocol: 'openai' | 'anthropic'}} ChatSettings
 *     null: left to the profile or the model
 */

const KEY = 'mm.chat-settings';

/** @type {ChatSettings} */
export const DEFAULTS = {
    model: '',
    system: '',
    temperature: null,
    topP: null,
    topK: null,
    minP: null,
    repetitionPenalty: null,
    seed: null,
    maxTokens: 0,
    stop: '',
    thinking: true,
    tools: false,
    protocol: 'openai',
};

const PROTOCOLS = ['openai', 'anthropic'];

/**
 * How the chat asks: kept in this browser, because it is taste and no secret.
 *
 * @extends {Store<ChatSettings>}
 */
export class ChatSettingsStore extends Store {
    #storage;

    /** @param {Pick<Storage, 'getItem' | 'setItem'>} storage */
    constructor(storage) {
        super({ ...DEFAULTS, ...known(parsed(storage)) });
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

    /** @param {object} settings of a conversation that is opened again */
    adopt(settings) {
        this.update({ ...DEFAULTS, ...known(settings) });
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

function parsed(storage) {
    try {
        return JSON.parse(storage.getItem(KEY) ?? '{}');
    } catch {
        return {};
    }
}

/** Only fields that we know, of the type that we expect: what was stored may be older than this page. */
function known(stored) {
    return Object.fromEntries(Object.entries(stored ?? {}).filter(([key, value]) => Object.hasOwn(DEFAULTS, key) && fits(key, value)));
}

function fits(key, value) {
    if (key === 'protocol') {
        return PROTOCOLS.includes(value);
    }
    return DEFAULTS[key] === null ? value === null || typeof value === 'number' : typeof value === typeof DEFAULTS[key];
}
