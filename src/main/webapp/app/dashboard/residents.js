import { Store } from '../lib/store.js';

/**
 * @typedef {{busy: Record<string, 'loading' | 'stopping' | 'pinning'>, error: string}} ResidentsState busy: what this page asked for and
 *     has no answer to yet, by the name that was used
 */

/**
 * Brings models into memory, keeps them there and lets go of them. How far that is, the server's events tell.
 *
 * @extends {Store<ResidentsState>}
 */
export class Residents extends Store {
    #api;

    /** @param {import('../lib/api.js').Api} api */
    constructor(api) {
        super({ busy: {}, error: '' });
        this.#api = api;
    }

    /** @param {string} id a model or a profile @returns {Promise<boolean>} whether it is in memory now */
    load(id) {
        return this.#doing(id, 'loading', () => this.#api.post('api/pool/load', { model_id: id }));
    }

    /** @param {string} id a model */
    unload(id) {
        return this.#doing(id, 'stopping', () => this.#api.post('api/pool/unload', { model_id: id }));
    }

    /** @param {string} id @param {boolean} pinned */
    pin(id, pinned) {
        return this.#doing(id, 'pinning', () => this.#api.post('api/pool/pin', { model_id: id, pinned }));
    }

    dismiss() {
        this.update({ error: '' });
    }

    forget() {
        this.update({ busy: {}, error: '' });
    }

    async #doing(id, what, request) {
        if (this.state.busy[id] !== undefined) {
            return false;
        }
        this.update({ busy: { ...this.state.busy, [id]: what }, error: '' });
        let error = '';
        try {
            await request();
        } catch (failure) {
            error = failure.message;
        }
        const { [id]: done, ...busy } = this.state.busy;
        this.update({ busy, error });
        return error === '';
    }
}
