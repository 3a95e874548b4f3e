import { ApiError, errorFrom, unreachable } from './problem.js';
import { serverEvents } from './sse.js';

/**
 * The one door to the server: nothing else on the page calls fetch. Every failure is an {@link ApiError}, except the
 * AbortError of a caller who gave up himself.
 *
 * @typedef {import('./session.js').Session} Session
 * @typedef {import('./sse.js').ServerEvent} ServerEvent
 */
export class Api {
    #session;
    #fetch;
    #base;

    /**
     * @param {Session} session gives the token, and learns when the server refuses it
     * @param {{fetch?: typeof fetch, base?: string}} [surroundings] the browser's own unless a test says otherwise
     */
    constructor(session, { fetch: send = globalThis.fetch, base = globalThis.document?.baseURI } = {}) {
        this.#session = session;
        this.#fetch = send;
        this.#base = base;
    }

    /**
     * @param {string} path relative to the application, e.g. `api/auth/me`
     * @param {{signal?: AbortSignal}} [options]
     * @returns {Promise<any>} the answer's JSON, null for 204
     */
    async get(path, { signal } = {}) {
        const response = await this.#request(path, { signal });
        return response.status === 204 ? null : response.json();
    }

    /**
     * One page of a list whose next page is named by a header.
     *
     * @param {string} path
     * @param {{signal?: AbortSignal}} [options]
     * @returns {Promise<{items: any[], next: string}>} next: empty after the last page
     */
    async page(path, { signal } = {}) {
        const response = await this.#request(path, { signal });
        return { items: await response.json(), next: response.headers.get('X-Next-Cursor') ?? '' };
    }

    /**
     * @param {string} path
     * @param {object} body
     * @param {{signal?: AbortSignal}} [options]
     * @returns {Promise<any>} the answer's JSON, null for 204
     */
    async post(path, body, { signal } = {}) {
        const response = await this.#request(path, { ...json(body), signal });
        return response.status === 204 ? null : response.json();
    }

    /**
     * @param {string} path
     * @param {object} body
     * @param {{signal?: AbortSignal, keepalive?: boolean}} [options] keepalive: also when the page is closed meanwhile
     * @returns {Promise<any>} the answer's JSON, null for 204
     */
    async put(path, body, { signal, keepalive = false } = {}) {
        const response = await this.#request(path, { ...json(body), method: 'PUT', signal, keepalive });
        return response.status === 204 ? null : response.json();
    }

    /**
     * @param {string} path
     * @param {Blob} bytes
     * @param {{signal?: AbortSignal}} [options]
     */
    async putBytes(path, bytes, { signal } = {}) {
        await this.#request(path, { method: 'PUT', headers: { 'Content-Type': 'application/octet-stream' }, body: bytes, signal });
    }

    /**
     * @param {string} path
     * @param {{signal?: AbortSignal}} [options]
     * @returns {Promise<any>} the answer's JSON, null for 204
     */
    async delete(path, { signal } = {}) {
        const response = await this.#request(path, { method: 'DELETE', signal });
        return response.status === 204 ? null : response.json();
    }

    /**
     * @param {string} path
     * @returns {Promise<Blob>} a document to be saved as a file
     */
    async download(path) {
        return (await this.#request(path, { headers: { Accept: '*/*' } })).blob();
    }

    /**
     * Sends JSON and reads the answer as it comes.
     *
     * @param {string} path
     * @param {object} body
     * @param {{signal?: AbortSignal}} [options]
     * @returns {AsyncGenerator<ServerEvent, void, void>}
     */
    async *stream(path, body, { signal } = {}) {
        const request = json(body);
        request.headers.Accept = 'text/event-stream, application/json';
        const response = await this.#request(path, { ...request, signal });
        try {
            yield* serverEvents(response.body);
        } catch (failure) {
            throw isAbort(failure) ? failure : new ApiError('The connection broke before the answer was complete.');
        }
    }

    /**
     * The address of a stream, a download or a socket, with a ticket that opens it once within half a minute.
     *
     * @param {string} path relative to the application, may have a query
     * @param {{signal?: AbortSignal}} [options]
     * @returns {Promise<URL>}
     */
    async ticketed(path, { signal } = {}) {
        const address = new URL(path, this.#base);
        const root = new URL('.', this.#base).pathname;
        const inside = `/${decodeURIComponent(address.pathname.slice(root.length))}`;
        const { ticket } = await this.post('api/auth/stream-tickets', { path: inside }, { signal });
        address.searchParams.set('token', ticket);
        return address;
    }

    /**
     * Asks for a token; a refusal is the caller's to show and never touches the session.
     *
     * @param {string} email
     * @param {string} password
     * @returns {Promise<string>}
     */
    async login(email, password) {
        const form = new URLSearchParams({ username: email, password });
        const response = await this.#anonymous('api/auth/login', { method: 'POST', body: form });
        return (await response.json()).access_token;
    }

    /** @returns {Promise<boolean>} whether nobody has registered yet */
    async firstRun() {
        return (await (await this.#anonymous('api/auth/first-run', {})).json()).first_run;
    }

    /** @param {string} email @param {string} password @returns {Promise<import('./session.js').User>} */
    async register(email, password) {
        const response = await this.#anonymous('api/auth/register', json({ email, password }));
        return response.json();
    }

    async #request(path, init) {
        const { token } = this.#session;
        const headers = { Accept: 'application/json', ...init.headers };
        if (token !== '') {
            headers.Authorization = `Bearer ${token}`;
        }
        try {
            return await this.#anonymous(path, { ...init, headers });
        } catch (failure) {
            if (failure.status === 401) {
                this.#session.refused(token);
            }
            throw failure;
        }
    }

    async #anonymous(path, init) {
        const response = await this.#send(path, init);
        if (response.ok) {
            return response;
        }
        const body = await response.text().catch(() => '');
        throw errorFrom(response.status, body, response.headers.get('Retry-After'));
    }

    async #send(path, init) {
        // `fetch` must not be called as a method of this object.
        const send = this.#fetch;
        try {
            return await send(new URL(path, this.#base), {
                ...init,
                cache: 'no-store',
                credentials: 'omit',
                redirect: 'error',
            });
        } catch (failure) {
            throw isAbort(failure) ? failure : unreachable();
        }
    }
}

/** @param {unknown} failure @returns {boolean} whether the caller's own AbortController ended the request */
export function isAbort(failure) {
    return failure instanceof Error && failure.name === 'AbortError';
}

function json(body) {
    return {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
    };
}
