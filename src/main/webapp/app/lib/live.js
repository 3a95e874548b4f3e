import { ApiError } from './problem.js';

/**
 * @typedef {{addEventListener(name: string, listener: (event: any) => void): void, close(): void}} Channel
 * @typedef {Record<string, (data: any) => void>} Handlers by the name of an event; each gets its data, parsed
 * @typedef {'closed' | 'connecting' | 'open' | 'waiting'} LiveState
 */

const SHORTEST_PAUSE = 1_000;
const LONGEST_PAUSE = 30_000;
const NEVER_AGAIN = [401, 403, 404, 422];

/**
 * One event stream from the server, kept open while it is wanted and looked at: nothing else on the page opens a channel.
 * Each connection begins with a ticket of its own, so that no session token stands in an address. A connection that breaks
 * is tried again after a pause that grows and varies; a refusal is final. While the tab is hidden there is none.
 */
export class LiveStream {
    #ticket;
    #open;
    #page;
    #timers;
    #random;
    #changed;
    #path = '';
    #handlers = {};
    #channel = null;
    #timer = 0;
    #failures = 0;
    #attempt = 0;
    #onVisibility = () => this.#visibilityChanged();
    #onLeave = () => this.#drop();

    /** @type {LiveState} */
    state = 'closed';

    /**
     * @param {(path: string) => Promise<string>} ticket asks for the address of a stream, ticket included
     * @param {{changed?: (state: LiveState, failure: ApiError | null) => void, open?: (address: string) => Channel,
     *          page?: any, timers?: {setTimeout: Function, clearTimeout: Function}, random?: () => number}} [surroundings]
     */
    constructor(
        ticket,
        {
            changed = () => {},
            open = (address) => new EventSource(address),
            page = globalThis.document,
            timers = globalThis,
            random = Math.random,
        } = {},
    ) {
        this.#ticket = ticket;
        this.#changed = changed;
        this.#open = open;
        this.#page = page;
        this.#timers = timers;
        this.#random = random;
    }

    /** @param {string} path e.g. `/api/system/events` @param {Handlers} handlers */
    start(path, handlers) {
        this.stop();
        this.#path = path;
        this.#handlers = handlers;
        this.#failures = 0;
        this.#page.addEventListener('visibilitychange', this.#onVisibility);
        globalThis.addEventListener?.('pagehide', this.#onLeave);
        if (this.#page.hidden) {
            this.#set('waiting');
        } else {
            this.#connect();
        }
    }

    /** Closes for good, until the next {@link start}. */
    stop() {
        this.#drop();
        this.#path = '';
        this.#page.removeEventListener('visibilitychange', this.#onVisibility);
        globalThis.removeEventListener?.('pagehide', this.#onLeave);
        this.#set('closed');
    }

    async #connect() {
        this.#drop();
        const attempt = this.#attempt;
        this.#set('connecting');
        try {
            const address = await this.#ticket(this.#path);
            if (attempt === this.#attempt) {
                this.#listen(this.#open(address), attempt);
            }
        } catch (failure) {
            if (attempt === this.#attempt) {
                this.#failed(failure);
            }
        }
    }

    #listen(channel, attempt) {
        this.#channel = channel;
        const current = () => attempt === this.#attempt;
        for (const [name, handle] of Object.entries(this.#handlers)) {
            channel.addEventListener(name, ({ data }) => {
                if (current()) {
                    this.#failures = 0;
                    this.#set('open');
                    handle(JSON.parse(data));
                }
            });
        }
        // A browser would try again with the ticket that is used up.
        channel.addEventListener('error', () => current() && this.#failed(null));
    }

    #failed(failure) {
        this.#drop();
        if (failure instanceof ApiError && NEVER_AGAIN.includes(failure.status)) {
            this.stop();
            return;
        }
        const pause = Math.min(LONGEST_PAUSE, SHORTEST_PAUSE * 2 ** this.#failures++);
        this.#timer = this.#timers.setTimeout(() => this.#connect(), pause * (0.5 + this.#random() / 2));
        this.#set('waiting', failure);
    }

    #visibilityChanged() {
        if (this.#page.hidden) {
            this.#drop();
            this.#set('waiting');
        } else {
            this.#failures = 0;
            this.#connect();
        }
    }

    /** Ends what is open or on its way; whatever still comes of it counts no more. */
    #drop() {
        this.#attempt++;
        this.#timers.clearTimeout(this.#timer);
        this.#channel?.close();
        this.#channel = null;
    }

    #set(state, failure = null) {
        if (state !== this.state || failure !== null) {
            this.state = state;
            this.#changed(state, failure);
        }
    }
}
