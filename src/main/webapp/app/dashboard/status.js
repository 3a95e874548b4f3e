import { Store } from '../lib/store.js';

/**
 * @typedef {{model_id: string, size_bytes: number, state: string, running: number}} LoadedModel
 * @typedef {{max_memory_bytes: number, current_memory_bytes: number, loaded_models: LoadedModel[]}} Pool
 * @typedef {{version?: string, backend?: string, backend_version?: string, device?: string, isa?: string,
 *            engine?: 'ready' | 'preparing' | 'none', engine_message?: string}} SystemInfo
 * @typedef {{pool: Pool | null, info: SystemInfo | null, models: string[], modelsKnown: boolean,
 *            reachable: boolean}} Status
 */

const POOL_EVERY = 4_000;
const INFO_EVERY = 30_000;
const INFO_WHILE_PREPARING = 3_000;

/**
 * What the server has in memory and what it could load, as last seen. Fed by the poller it is given.
 *
 * @extends {Store<Status>}
 */
export class ServerStatus extends Store {
    #api;
    #poller;

    /**
     * @param {import('../lib/api.js').Api} api
     * @param {import('../lib/poll.js').Poller} poller
     */
    constructor(api, poller) {
        super({ pool: null, info: null, models: [], modelsKnown: false, reachable: true });
        this.#api = api;
        this.#poller = poller;
        poller.add({ name: 'pool', every: POOL_EVERY, run: () => this.#load(() => this.#pool()) });
        poller.add({ name: 'info', every: INFO_EVERY, run: () => this.#load(() => this.#info()) });
        poller.add({ name: 'models', every: INFO_EVERY, run: () => this.#load(() => this.#models()) });
    }

    /** The pool may just have changed: look now. */
    refresh() {
        this.#poller.refresh('pool');
    }

    async #load(read) {
        try {
            await read();
            if (!this.state.reachable) {
                this.update({ reachable: true });
            }
        } catch (failure) {
            if (failure.code === 'unreachable' && this.state.reachable) {
                this.update({ reachable: false });
            }
            throw failure;
        }
    }

    async #pool() {
        const pool = await this.#api.get('api/settings/pool/status');
        this.update({ pool: Array.isArray(pool.loaded_models) ? pool : null });
    }

    async #info() {
        const info = await this.#api.get('api/system/info');
        this.update({ info });
        if (info.engine === 'preparing') {
            setTimeout(() => this.#poller.refresh('info'), INFO_WHILE_PREPARING);
        }
    }

    async #models() {
        const { data } = await this.#api.get('v1/models');
        this.update({ models: data.map((model) => model.id), modelsKnown: true });
    }
}
