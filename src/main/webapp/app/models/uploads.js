import { isAbort } from '../lib/api.js';
import { Backoff } from '../lib/backoff.js';
import { ApiError } from '../lib/problem.js';
import { Store } from '../lib/store.js';

/**
 * @typedef {import('./files.js').NamedFile} NamedFile
 * @typedef {{id: string, model_id: string, sent: number, total: number, bytesPerSecond: number,
 *            state: 'sending' | 'checking' | 'failed', error: string}} Upload
 * @typedef {{items: Upload[]}} UploadsState
 */

const MOST_TRIES = 6;

/**
 * Models on their way from this browser to the server, in parts; a part that got lost is sent again. They end with the page.
 *
 * @extends {Store<UploadsState>}
 */
export class Uploads extends Store {
    #api;
    #arrived;
    #wait;
    #now;
    /** @type {Map<string, AbortController>} */
    #running = new Map();

    /**
     * @param {import('../lib/api.js').Api} api
     * @param {() => void} arrived called when there is another model on the server
     * @param {{wait?: (milliseconds: number) => Promise<void>, now?: () => number}} [surroundings]
     */
    constructor(api, arrived, { wait = (ms) => new Promise((next) => setTimeout(next, ms)), now = () => performance.now() } = {}) {
        super({ items: [] });
        this.#api = api;
        this.#arrived = arrived;
        this.#wait = wait;
        this.#now = now;
    }

    /** @returns {boolean} whether leaving the page would end one */
    get busy() {
        return this.#running.size > 0;
    }

    /**
     * Begins to send a model; what becomes of it comes into the state.
     *
     * @param {string} modelId
     * @param {NamedFile[]} files in the order in which they are to be sent
     * @throws {ApiError} for the form to show, when the server does not want it
     */
    async start(modelId, files) {
        const sizes = Object.fromEntries(files.map(({ name, file }) => [name, file.size]));
        const { upload_id: id, part_bytes: part } = await this.#api.post('api/uploads', { model_id: modelId, files: sizes });
        const total = files.reduce((sum, { file }) => sum + file.size, 0);
        this.update({
            items: [...this.state.items, { id, model_id: modelId, sent: 0, total, bytesPerSecond: 0, state: 'sending', error: '' }],
        });
        const abort = new AbortController();
        this.#running.set(id, abort);
        this.#send(id, files, part, abort.signal);
    }

    /** @param {string} id of one that goes on, or has failed */
    async cancel(id) {
        this.#running.get(id)?.abort();
        this.#end(id);
        await this.#api.delete(`api/uploads/${id}`).catch(() => {});
    }

    /** Ends all of them: another user may come. */
    forget() {
        this.#running.forEach((abort) => abort.abort());
        this.#running.clear();
        this.update({ items: [] });
    }

    async #send(id, files, part, signal) {
        const begun = this.#now();
        let sent = 0;
        try {
            for (const { name, file } of files) {
                // Also an empty file is a file.
                for (let at = 0; at === 0 || at < file.size; at += part) {
                    const blob = file.slice(at, at + part);
                    await this.#sendPart(`api/uploads/${id}/files/${encoded(name)}?offset=${at}`, blob, signal);
                    sent += blob.size;
                    this.#change(id, { sent, bytesPerSecond: sent / Math.max(0.001, (this.#now() - begun) / 1000) });
                }
            }
            this.#change(id, { state: 'checking' });
            await this.#api.post(`api/uploads/${id}/complete`, {}, { signal });
            this.#end(id);
            this.#arrived();
        } catch (failure) {
            if (!isAbort(failure)) {
                this.#running.delete(id);
                this.#change(id, { state: 'failed', error: failure instanceof ApiError ? failure.message : 'A file could not be read.' });
            }
        }
    }

    async #sendPart(address, blob, signal) {
        const backoff = new Backoff(Math.random);
        for (let tries = 1; ; tries++) {
            try {
                return await this.#api.putBytes(address, blob, { signal });
            } catch (failure) {
                const away = failure instanceof ApiError && (failure.status === 0 || failure.status >= 500);
                if (!away || tries === MOST_TRIES) {
                    throw failure;
                }
                await this.#wait(backoff.next());
                signal.throwIfAborted();
            }
        }
    }

    #change(id, change) {
        this.update({ items: this.state.items.map((each) => (each.id === id ? { ...each, ...change } : each)) });
    }

    #end(id) {
        this.#running.delete(id);
        this.update({ items: this.state.items.filter((each) => each.id !== id) });
    }
}

function encoded(name) {
    return name.split('/').map(encodeURIComponent).join('/');
}
