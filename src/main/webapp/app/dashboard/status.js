import { Store } from '../lib/store.js';

/**
 * @typedef {{model_id: string, size_bytes: number, state: string, running: number, answering: number, waiting: number,
 *            progress: number, preloaded: boolean, model_type: string, context_length: number}} LoadedModel
 * @typedef {{max_memory_bytes: number, current_memory_bytes: number, weight_bytes: number, cache_bytes: number,
 *            loaded_models: LoadedModel[]}} Pool
 * @typedef {{version?: string, java_version?: string, os_version?: string, arch?: string, backend?: string, backend_version?: string, device?: string, isa?: string,
 *            engine?: 'ready' | 'preparing' | 'none', engine_message?: string}} SystemInfo
 * @typedef {{id: string, kind: 'model' | 'profile', model_id: string}} Offer what can be asked for
 * @typedef {{pool: Pool | null, info: SystemInfo | null, models: string[], offers: Offer[], modelsKnown: boolean,
 *            reachable: boolean}} Status
 */

/** After this long without a connection the page says so; a short break is nobody's business. */
const SAY_SO_AFTER = 3_000;

/** @returns {Status} */
const unknown = () => ({ pool: null, info: null, models: [], offers: [], modelsKnown: false, reachable: true });

/**
 * What the server has in memory and what it could load. Told by the server's event stream, never asked for.
 *
 * @extends {Store<Status>}
 */
export class ServerStatus extends Store {
    #timers;
    #timer = 0;

    /** @param {{setTimeout: Function, clearTimeout: Function}} [timers] */
    constructor(timers = globalThis) {
        super(unknown());
        this.#timers = timers;
    }

    /** @returns {import('../lib/live.js').Handlers} what this store wants to hear of */
    handlers() {
        return {
            pool: (pool) => this.update({ pool }),
            info: (info) => this.update({ info }),
            models: (offers) => this.update({ offers, models: offers.map(({ id }) => id), modelsKnown: true }),
        };
    }

    /** @param {import('../lib/live.js').ChannelState} state of the event stream */
    connection(state) {
        if (state === 'waiting') {
            this.#timer ||= this.#timers.setTimeout(() => this.update({ reachable: false }), SAY_SO_AFTER);
        } else if (state !== 'connecting') {
            this.#timers.clearTimeout(this.#timer);
            this.#timer = 0;
            if (!this.state.reachable) {
                this.update({ reachable: true });
            }
        }
    }

    /** Forgets everything: another user may come. */
    forget() {
        this.#timers.clearTimeout(this.#timer);
        this.#timer = 0;
        this.update(unknown());
    }

    /** @param {string} id a model or profile @returns {LoadedModel | undefined} its model, if it is in memory or on its way */
    loaded(id) {
        const modelId = this.state.offers.find((offer) => offer.id === id)?.model_id ?? id;
        return this.state.pool?.loaded_models.find((model) => model.model_id === modelId);
    }
}
