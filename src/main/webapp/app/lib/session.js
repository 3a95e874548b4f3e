import { Store } from './store.js';

/**
 * @typedef {{id: number, email: string, is_admin: boolean, status: string, roles?: string[],
 *            created_at?: string}} User
 * @typedef {{phase: 'starting' | 'signed-out' | 'signed-in', user: User | null, notice: string}} SessionState
 * @typedef {{getItem(key: string): string | null, setItem(key: string, value: string): void,
 *            removeItem(key: string): void}} TabStorage
 * @typedef {{postMessage(message: object): void, onmessage: ((event: {data: any}) => void) | null}} Channel
 */

const KEY = 'mm.session';
const HAND_OVER_WAIT = 150;

export const ENDED_NOTICE = 'Your session has ended. Sign in to go on; what you wrote is still here.';

/**
 * Who is signed in. The token lives in this object and, so that a reload does not end the session, in the storage of
 * this one tab; docs/decisions says why not elsewhere. Other tabs of this page get it from this one, in memory.
 *
 * @extends {Store<SessionState>}
 */
export class Session extends Store {
    #token = '';
    #storage;
    #channel;
    #waiting = null;

    /**
     * @param {TabStorage} storage gone with the tab
     * @param {Channel | null} channel to the other tabs of this page, null when there is no such thing
     */
    constructor(storage, channel) {
        super({ phase: 'starting', user: null, notice: '' });
        this.#storage = storage;
        this.#channel = channel;
        if (channel !== null) {
            channel.onmessage = ({ data }) => this.#heard(data);
        }
    }

    /** @returns {string} empty when nobody is signed in; for the Authorization header alone */
    get token() {
        return this.#token;
    }

    /**
     * Looks for a token that this tab or another one already has. The phase stays `starting` when one was found, until
     * {@link signedIn} or {@link end}.
     *
     * @returns {Promise<boolean>} whether there is a token to try
     */
    async restore() {
        this.#token = this.#storage.getItem(KEY) ?? '';
        if (this.#token === '' && this.#channel !== null) {
            this.#token = await this.#askOtherTabs(this.#channel);
        }
        if (this.#token === '') {
            this.update({ phase: 'signed-out' });
        }
        return this.#token !== '';
    }

    /** @param {string} token not yet proven; {@link signedIn} follows once the server told whose it is */
    hold(token) {
        this.#token = token;
    }

    /** @param {User} user */
    signedIn(user) {
        this.#storage.setItem(KEY, this.#token);
        this.update({ phase: 'signed-in', user, notice: '' });
    }

    /** @param {string} [notice] why, for the sign-in form; empty when the user asked for it */
    end(notice = '') {
        this.#forget(notice);
    }

    /** Ends the session here and in every other tab. */
    signOut() {
        this.#forget('');
        this.#channel?.postMessage({ kind: 'signed-out' });
    }

    /**
     * A request made with `token` was refused as unauthenticated. Only the present token ends the session: an old
     * answer that arrives late must not sign out a new session.
     *
     * @param {string} token
     */
    refused(token) {
        if (token !== '' && token === this.#token) {
            this.#forget(this.state.phase === 'signed-in' ? ENDED_NOTICE : '');
        }
    }

    #forget(notice) {
        this.#token = '';
        this.#storage.removeItem(KEY);
        this.update({ phase: 'signed-out', user: null, notice });
    }

    #askOtherTabs(channel) {
        return new Promise((resolve) => {
            const done = (token) => {
                clearTimeout(timer);
                this.#waiting = null;
                resolve(token);
            };
            const timer = setTimeout(() => done(''), HAND_OVER_WAIT);
            this.#waiting = done;
            channel.postMessage({ kind: 'token-wanted' });
        });
    }

    #heard(message) {
        if (message?.kind === 'token-wanted' && this.state.phase === 'signed-in') {
            this.#channel.postMessage({ kind: 'token', token: this.#token });
        } else if (message?.kind === 'token' && typeof message.token === 'string') {
            this.#waiting?.(message.token);
        } else if (message?.kind === 'signed-out' && this.#token !== '') {
            this.#forget('You signed out in another tab.');
        }
    }
}
