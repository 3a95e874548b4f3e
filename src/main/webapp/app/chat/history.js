import { Store } from '../lib/store.js';

/**
 * @typedef {{id: string, title: string, model: string | null, created_at: string, updated_at: string}} Summary
 * @typedef {{items: Summary[] | null, query: string, more: boolean, error: string}} HistoryState items: null until they are known
 */

const PAGE = 50;

/**
 * The conversations that the server keeps for the one who is signed in.
 *
 * @extends {Store<HistoryState>}
 */
export class History extends Store {
    #api;
    #asked = 0;

    /** @param {import('../lib/api.js').Api} api */
    constructor(api) {
        super({ items: null, query: '', more: false, error: '' });
        this.#api = api;
    }

    /** @param {string} [query] words to look for */
    async refresh(query = this.state.query) {
        const asked = ++this.#asked;
        this.update({ query });
        try {
            const items = await this.#api.get(this.#path());
            if (asked === this.#asked) {
                this.update({ items, more: items.length === PAGE, error: '' });
            }
        } catch (failure) {
            if (asked === this.#asked) {
                this.update({ error: failure.message });
            }
        }
    }

    /** The server is there again: what could not be fetched meanwhile is. */
    async recover() {
        if (this.state.error !== '') {
            await this.refresh();
        }
    }

    /** Older ones, after those that are there. */
    async older() {
        const last = this.state.items?.at(-1);
        if (last !== undefined) {
            const page = await this.#try(() => this.#api.get(this.#path(last.updated_at)));
            if (page !== undefined) {
                this.update({ items: [...this.state.items, ...page], more: page.length === PAGE });
            }
        }
    }

    /** @param {string} id @param {string} title @returns {Promise<boolean>} */
    async rename(id, title) {
        const renamed = await this.#try(() => this.#api.put(`api/conversations/${id}`, { title }));
        if (renamed !== undefined) {
            this.update({ items: this.state.items.map((each) => (each.id === id ? renamed : each)) });
        }
        return renamed !== undefined;
    }

    /** @param {string} id @returns {Promise<boolean>} */
    async remove(id) {
        const removed = await this.#try(() => this.#api.delete(`api/conversations/${id}`));
        if (removed !== undefined) {
            this.update({ items: this.state.items.filter((each) => each.id !== id) });
        }
        return removed !== undefined;
    }

    /** @param {string} id @param {string} messageId the last one that is taken along @returns {Promise<string>} of the new one, empty on failure */
    async branch(id, messageId) {
        const made = await this.#try(() => this.#api.post(`api/conversations/${id}/branch`, { message_id: messageId }));
        await this.refresh();
        return made?.id ?? '';
    }

    /** @param {string} id @param {'markdown' | 'json'} format @returns {Promise<Blob | undefined>} */
    async export(id, format) {
        return this.#try(() => this.#api.download(`api/conversations/${id}/export?format=${format}`));
    }

    /** Forgets everything: another user may come. */
    forget() {
        this.#asked++;
        this.update({ items: null, query: '', more: false, error: '' });
    }

    #path(before = '') {
        const parameters = new URLSearchParams({ limit: String(PAGE) });
        if (this.state.query.trim() !== '') {
            parameters.set('query', this.state.query.trim());
        }
        if (before !== '') {
            parameters.set('before', before);
        }
        return `api/conversations?${parameters}`;
    }

    async #try(request) {
        try {
            const result = await request();
            this.update({ error: '' });
            return result;
        } catch (failure) {
            this.update({ error: failure.message });
            return undefined;
        }
    }
}
