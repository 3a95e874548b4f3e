import { Store } from '../lib/store.js';

/**
 * @typedef {{model_type: string | null, quantization_bits: number | null, max_position_embeddings: number | null}} Traits
 * @typedef {{model_id: string, size_bytes: number, source: string, local_path: string, supported: boolean,
 *            characteristics: Traits | null, capabilities: Record<string, any> | null}} LocalModel
 * @typedef {{model_id: string, author: string, downloads: number, likes: number, estimated_size_bytes: number | null,
 *            is_downloaded: boolean, supported: boolean | null, gated: boolean, tags: string[]}} Hit
 * @typedef {{supported: boolean, reason: string | null, fits: boolean, weight_bytes: number, room_bytes: number,
 *            context_length: number, longest_context: number, ignored_parts: string[]}} Fit
 * @typedef {{task_id: string, model_id: string, status: string, progress: number, downloaded_bytes: number,
 *            total_bytes: number, bytes_per_second: number, eta_seconds: number | null, error: string | null}} Download
 * @typedef {{local: LocalModel[] | null, localError: string, query: string, hits: Hit[] | null, more: string,
 *            searching: boolean, searchError: string, fits: Record<string, Fit | string>, downloads: Download[], notice: string}} LibraryState
 */

const WHILE_DOWNLOADING = 1_000;
const OTHERWISE = 15_000;
/** While nothing is on its way, only every so many turns: somebody else may have asked for something. */
const LOOK_SELDOM = 5;
const HITS = 30;
const NEEDED = 'that takes config.json, tokenizer.json and model*.safetensors.';

/**
 * The models on this machine and on the hub, and what is on its way from there. Fed by the poller while it is watched.
 *
 * @extends {Store<LibraryState>}
 */
export class Library extends Store {
    #api;
    #poller;
    #changed;
    #search = new AbortController();
    #quiet = 0;

    /**
     * @param {import('../lib/api.js').Api} api
     * @param {import('../lib/poll.js').Poller} poller
     * @param {() => void} changed called when there are other models on this machine than before
     */
    constructor(api, poller, changed) {
        super(nothing());
        this.#api = api;
        this.#poller = poller;
        this.#changed = changed;
    }

    /** Begins to look, at once and from now on. */
    watch() {
        this.#poller.add({ name: 'library', every: OTHERWISE, run: () => this.refresh() });
        this.#poller.add({ name: 'downloads', every: WHILE_DOWNLOADING, run: () => this.#look() });
    }

    unwatch() {
        this.#poller.remove('library');
        this.#poller.remove('downloads');
    }

    /** Forgets everything: another user may come. */
    forget() {
        this.#search.abort();
        this.update(nothing());
    }

    async refresh() {
        try {
            this.update({ local: await this.#api.get('api/models/downloaded'), localError: '' });
        } catch (failure) {
            this.update({ localError: failure.message });
            throw failure;
        }
    }

    /** @param {string} query searches the hub; an older search that is still under way gives way */
    async search(query) {
        this.#search.abort();
        this.#search = new AbortController();
        this.update({ query, searching: true, searchError: '' });
        await this.#find(query, '', []);
    }

    /** The next models of the same search. */
    async searchOn() {
        const { query, hits, more } = this.state;
        this.update({ searching: true, searchError: '' });
        await this.#find(query, more, hits ?? []);
    }

    async #find(query, cursor, before) {
        const { signal } = this.#search;
        const from = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
        const path = `api/models/search?query=${encodeURIComponent(query)}&limit=${HITS}${from}`;
        try {
            const { items, next } = await this.#api.page(path, { signal });
            this.update({ hits: [...before, ...items], more: next, searching: false });
        } catch (failure) {
            if (!signal.aborted) {
                this.update({ hits: cursor === '' ? null : before, searching: false, searchError: failure.message });
            }
        }
    }

    /** @param {string} id asks whether the model can be run here; the answer comes into the state */
    async checkFit(id) {
        this.#fit(id, 'asking');
        try {
            this.#fit(id, await this.#api.get(`api/models/fit/${address(id)}`));
        } catch (failure) {
            this.#fit(id, failure.message);
        }
    }

    /** @param {string} id */
    async download(id) {
        await this.#doing(() => this.#api.post('api/models/download', { model_id: id }));
    }

    /** @param {Download} download @param {'pause' | 'resume' | 'cancel'} action */
    async change(download, action) {
        await this.#doing(() => this.#api.post(`api/models/download/${download.task_id}/${action}`, {}));
    }

    /** @param {string} id */
    async remove(id) {
        await this.#doing(() => this.#api.delete(`api/models/${address(id)}`));
        await this.refresh().catch(() => {});
        this.#changed();
    }

    /**
     * Takes over a model from the server's own disk.
     *
     * @param {string} path
     * @param {string} id
     * @throws {import('../lib/problem.js').ApiError} for the form to show
     */
    async take(path, id) {
        await this.#api.post('api/models/import', { path, model_id: id });
        await this.refresh().catch(() => {});
        this.#changed();
    }

    /**
     * @param {string} id
     * @returns {Promise<{markdown: string, page: string}>} page: where the hub shows it; both empty when nothing is told about it
     */
    async card(id) {
        return (await this.#api.get(`api/models/card/${address(id)}`)) ?? { markdown: '', page: '' };
    }

    dismiss() {
        this.update({ notice: '' });
    }

    async #doing(action) {
        this.update({ notice: '' });
        try {
            await action();
        } catch (failure) {
            this.update({ notice: failure.message });
        }
        this.#quiet = 0;
        this.#poller.refresh('downloads');
    }

    async #look() {
        if (this.state.downloads.length === 0 && this.#quiet++ % LOOK_SELDOM !== 0) {
            return;
        }
        const downloads = await this.#api.get('api/models/downloads/active');
        const before = this.state.downloads;
        this.update({ downloads });
        const gone = before.filter((old) => !downloads.some((each) => each.task_id === old.task_id));
        if (gone.length > 0) {
            await this.#ended(gone);
        }
    }

    /** What is no longer active is complete, failed or cancelled; a failure needs words, and files that are no model. */
    async #ended(gone) {
        const completed = [];
        for (const { task_id: task, model_id: id } of gone) {
            const { status, error } = await this.#api.get(`api/models/download/${task}/status`).catch(() => ({}));
            if (status === 'failed') {
                this.update({ notice: `${id} could not be downloaded: ${error}` });
            } else if (status === 'completed') {
                completed.push(id);
                this.update({ hits: this.state.hits?.map((hit) => downloaded(hit, id)) ?? null });
            }
        }
        await this.refresh();
        const useless = completed.find((id) => !this.state.local.some((model) => model.model_id === id));
        if (useless !== undefined) {
            this.update({ notice: `${useless} was downloaded, but is no model that can be used here: ${NEEDED}` });
        }
        this.#changed();
    }

    #fit(id, fit) {
        this.update({ fits: { ...this.state.fits, [id]: fit } });
    }
}

function downloaded(hit, id) {
    return hit.model_id === id ? { ...hit, is_downloaded: true } : hit;
}

function address(id) {
    return id.split('/').map(encodeURIComponent).join('/');
}

/** @returns {LibraryState} */
function nothing() {
    return {
        local: null,
        localError: '',
        query: '',
        hits: null,
        more: '',
        searching: false,
        searchError: '',
        fits: {},
        downloads: [],
        notice: '',
    };
}
