import { Store } from '../lib/store.js';

const EVERY = 30_000;

/**
 * How many users wait for an administrator to let them in. Looked at only for one who can.
 *
 * @extends {Store<{count: number}>}
 */
export class PendingUsers extends Store {
    #api;
    #poller;

    /**
     * @param {import('../lib/api.js').Api} api
     * @param {import('../lib/poll.js').Poller} poller
     */
    constructor(api, poller) {
        super({ count: 0 });
        this.#api = api;
        this.#poller = poller;
    }

    watch() {
        this.#poller.add({ name: 'pending', every: EVERY, run: () => this.#look() });
    }

    unwatch() {
        this.#poller.remove('pending');
        this.update({ count: 0 });
    }

    /** Somebody was just let in, or sent away. */
    refresh() {
        this.#poller.refresh('pending');
    }

    async #look() {
        this.update(await this.#api.get('api/auth/users/pending/count'));
    }
}
