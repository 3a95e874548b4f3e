import { ApiError } from '../lib/problem.js';

const TRY_AGAIN = 5_000;

/** A browser sends no more than this along while the page is being closed. */
const LARGEST_FAREWELL = 60_000;

/**
 * Keeps one conversation on the server: messages are saved in order, the newest state of each, one request at a time. When
 * the server cannot be reached, what is to be saved waits and is tried again. Goes on when another conversation is shown.
 */
export class Archive {
    #api;
    #changed;
    #timers;
    #id;
    #pending = new Map();
    #underWay = null;
    #working = null;
    #timer = 0;
    #closed = false;

    /**
     * @param {import('../lib/api.js').Api} api
     * @param {string} id of a conversation that the server has, empty for one that is still to be made
     * @param {(state: {id: string, saving: boolean, problem: string}) => void} changed
     * @param {{setTimeout: Function, clearTimeout: Function}} [timers]
     */
    constructor(api, id, changed, timers = globalThis) {
        this.#api = api;
        this.#id = id;
        this.#changed = changed;
        this.#timers = timers;
    }

    /** @returns {boolean} whether something waits to be saved */
    get pending() {
        return this.#pending.size > 0;
    }

    /** Saves nothing more: whose conversation it is, is not the one who is signed in any more. */
    close() {
        this.#closed = true;
        this.#pending.clear();
        this.#timers.clearTimeout(this.#timer);
    }

    /**
     * @param {{id: string, body: object}} message
     * @param {() => {title: string, settings: object}} head of the conversation, should it have to be made
     */
    save({ id, body }, head) {
        if (!this.#closed) {
            this.#pending.delete(id);
            this.#pending.set(id, body);
            this.#work(head);
        }
    }

    /** @param {{leaf?: string, settings?: object, title?: string}} change */
    async change(change) {
        if (this.#id !== '') {
            await this.#api.put(`api/conversations/${this.#id}`, change);
        }
    }

    /** The page is being left: what waits for its turn is sent at once, or it would never be. */
    farewell() {
        for (const [id, body] of this.#id === '' ? [] : this.#pending) {
            if (body !== this.#underWay) {
                this.#put(id, body).catch(() => {});
            }
        }
    }

    /** @returns {Promise<void>} when everything is saved, or cannot be for now */
    async settled() {
        await this.#working;
    }

    #work(head) {
        this.#working ??= this.#saveAll(head).then((saved) => {
            this.#working = null;
            if (saved && this.#pending.size > 0) {
                this.#work(head);
            }
        });
    }

    /** @returns {Promise<boolean>} whether nothing stood in the way */
    async #saveAll(head) {
        this.#tell({ saving: true });
        try {
            while (this.#pending.size > 0) {
                await this.#saveOne(head);
            }
            this.#tell({ saving: false });
            return true;
        } catch (failure) {
            this.#failed(failure, head);
            return false;
        }
    }

    async #saveOne(head) {
        if (this.#id === '') {
            this.#id = (await this.#api.post('api/conversations', head())).id;
            this.#tell({ saving: true });
        }
        const next = this.#pending.entries().next().value;
        if (next === undefined) {
            return;
        }
        const [id, body] = next;
        this.#underWay = body;
        try {
            await this.#put(id, body);
        } finally {
            this.#underWay = null;
        }
        if (this.#pending.get(id) === body) {
            this.#pending.delete(id);
        }
    }

    #put(id, body) {
        const keepalive = JSON.stringify(body).length < LARGEST_FAREWELL;
        return this.#api.put(`api/conversations/${this.#id}/messages/${id}`, body, { keepalive });
    }

    #failed(failure, head) {
        this.#tell({ saving: false, problem: failure.message });
        const away = !this.#closed && failure instanceof ApiError && (failure.status === 0 || failure.status >= 500);
        if (away) {
            this.#timer = this.#timers.setTimeout(() => this.#work(head), TRY_AGAIN);
        } else {
            this.#pending.clear();
        }
    }

    #tell({ saving, problem = '' }) {
        this.#changed({ id: this.#id, saving, problem });
    }
}
