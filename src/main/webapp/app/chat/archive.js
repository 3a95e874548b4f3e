import { ApiError } from '../lib/problem.js';

const TRY_AGAIN = 5_000;

/** A browser sends no more than this along while the page is being closed. */
const LARGEST_FAREWELL = 60_000;

/**
 * Keeps one conversation on the server: messages are saved in order, the newest state of each, one request at a time. When
 * the server cannot be reached, what is to be saved waits and is tried again.
 */
export class Archive {
    #api;
    #changed;
    #timers;
    #id = '';
    #pending = new Map();
    #working = null;
    #timer = 0;

    /**
     * @param {import('../lib/api.js').Api} api
     * @param {(state: {id: string, saving: boolean, problem: string}) => void} changed
     * @param {{setTimeout: Function, clearTimeout: Function}} [timers]
     */
    constructor(api, changed, timers = globalThis) {
        this.#api = api;
        this.#changed = changed;
        this.#timers = timers;
    }

    /** @param {string} id of a conversation that the server has, empty for one that is still to be made */
    open(id) {
        this.#timers.clearTimeout(this.#timer);
        this.#pending = new Map();
        this.#working = null;
        this.#id = id;
    }

    /**
     * @param {{id: string, body: object}} message
     * @param {() => {title: string, settings: object}} head of the conversation, should it have to be made
     */
    save({ id, body }, head) {
        this.#pending.delete(id);
        this.#pending.set(id, body);
        this.#work(head);
    }

    /** @param {{leaf?: string, settings?: object, title?: string}} change */
    async change(change) {
        if (this.#id !== '') {
            await this.#api.put(`api/conversations/${this.#id}`, change);
        }
    }

    /** @returns {Promise<void>} when everything is saved, or cannot be for now */
    async settled() {
        await this.#working;
    }

    #work(head) {
        const own = this.#pending;
        this.#working ??= this.#saveAll(head, own).then((saved) => {
            if (own === this.#pending) {
                this.#working = null;
                if (saved && own.size > 0) {
                    this.#work(head);
                }
            }
        });
    }

    /** @returns {Promise<boolean>} whether nothing stood in the way */
    async #saveAll(head, own) {
        const current = () => own === this.#pending;
        this.#tell({ saving: true });
        try {
            while (own.size > 0 && current()) {
                await this.#saveOne(head, own, current);
            }
            if (current()) {
                this.#tell({ saving: false });
            }
            return true;
        } catch (failure) {
            if (current()) {
                this.#failed(failure, head);
            }
            return false;
        }
    }

    async #saveOne(head, own, current) {
        if (this.#id === '') {
            const made = await this.#api.post('api/conversations', head());
            if (!current()) {
                return;
            }
            this.#id = made.id;
            this.#tell({ saving: true });
        }
        const [id, body] = own.entries().next().value;
        const keepalive = JSON.stringify(body).length < LARGEST_FAREWELL;
        await this.#api.put(`api/conversations/${this.#id}/messages/${id}`, body, { keepalive });
        if (own.get(id) === body) {
            own.delete(id);
        }
    }

    #failed(failure, head) {
        this.#tell({ saving: false, problem: failure.message });
        const away = failure instanceof ApiError && (failure.status === 0 || failure.status >= 500);
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
