import { isAbort } from './api.js';
import { Backoff } from './backoff.js';

/**
 * The one door to what the server tells by itself: nothing else on the page opens an EventSource or a WebSocket. A
 * channel asks for a single-use ticket each time it connects, so that no session token stands in an address; it comes
 * back after a break, rests while the page is hidden, and ends for good when it is closed, when the server refuses it,
 * when the server says `[DONE]`, and when nobody is signed in any more.
 *
 * @typedef {'connecting' | 'open' | 'waiting' | 'paused' | 'closed' | 'refused'} ChannelState
 *     waiting: broken, and coming back by itself; paused: the page is hidden
 * @typedef {{data: any, event: string, id: string}} Message data is the parsed JSON, or the text where it is none
 * @typedef {{
 *     message: (message: Message) => void,
 *     state?: (state: ChannelState, reason: string) => void,
 *     names?: string[],
 *     idOf?: (message: Message) => number | undefined
 * }} Listener
 *     names: of the named events to listen to besides the nameless ones; idOf: the number of a message that must never
 *     come twice, rising from one to the next
 * @typedef {{close(): void}} Channel
 * @typedef {Record<string, (data: any) => void>} Handlers by the name of an event; each gets its data
 * @typedef {{onOpen(): void, onMessage(message: Message): void, onEnd(code: number, reason: string): void}} Ear
 * @typedef {{close(): void}} Line
 */

const SESSION_LOST = 1008;
const NOT_ACCEPTED = 1003;
const GIVE_UP_AFTER = 5;
/** The server pings a silent socket every half minute. */
const LONGEST_SILENCE = 75_000;

export class Live {
    #surroundings;

    /**
     * @param {import('./api.js').Api} api
     * @param {import('./session.js').Session} session
     * @param {Partial<Surroundings>} [surroundings] the browser's own unless a test says otherwise
     *
     * @typedef {{page: {hidden: boolean, addEventListener: Function, removeEventListener: Function},
     *     timers: {setTimeout: Function, clearTimeout: Function}, random: () => number,
     *     EventSource: any, WebSocket: any}} Surroundings
     */
    constructor(api, session, surroundings = {}) {
        this.#surroundings = {
            api,
            session,
            page: globalThis.document,
            timers: globalThis,
            random: Math.random,
            EventSource: globalThis.EventSource,
            WebSocket: globalThis.WebSocket,
            ...surroundings,
        };
    }

    /** @param {string} path relative to the application, may have a query @param {Listener} listener @returns {Channel} */
    events(path, listener) {
        return new Connection(path, listener, this.#surroundings, eventLine);
    }

    /** @param {string} path @param {Listener} listener @returns {Channel} */
    socket(path, listener) {
        return new Connection(path, listener, this.#surroundings, socketLine);
    }
}

/** One channel through all its connections. Confined to the page's one thread; timers and listeners end with it. */
class Connection {
    #path;
    #listener;
    #around;
    #openLine;
    #backoff;
    #line = null;
    #attempt = new AbortController();
    #timer = 0;
    #silence = 0;
    #closed = false;
    #neverOpened = 0;
    #lastNumber = -Infinity;
    #lastId = '';
    #endSession;
    #onVisibility = () => this.#visibilityChanged();

    constructor(path, listener, around, openLine) {
        this.#path = path;
        this.#listener = listener;
        this.#around = around;
        this.#openLine = openLine;
        this.#backoff = new Backoff(around.random);
        this.#endSession = around.session.subscribe(({ phase }) => phase === 'signed-out' && this.close());
        around.page.addEventListener('visibilitychange', this.#onVisibility);
        if (around.page.hidden) {
            this.#tell('paused');
        } else {
            this.#connect();
        }
    }

    close() {
        this.#end('closed', '');
    }

    async #connect() {
        this.#tell('connecting');
        this.#attempt = new AbortController();
        const { signal } = this.#attempt;
        let url;
        try {
            url = await this.#around.api.ticketed(this.#path, { signal });
        } catch (failure) {
            if (!signal.aborted && !isAbort(failure)) {
                this.#noTicket(failure);
            }
            return;
        }
        if (!signal.aborted) {
            this.#open(url);
        }
    }

    #noTicket({ status, message }) {
        const refused = status >= 400 && status < 500 && status !== 408 && status !== 429;
        this.#goOn(refused, message);
    }

    #open(url) {
        let opened = false;
        const ear = {
            onOpen: () => {
                opened = true;
                this.#neverOpened = 0;
                this.#hearSomething();
                this.#tell('open');
            },
            onMessage: (message) => this.#heard(message),
            onEnd: (code, reason) => {
                this.#hangUp();
                this.#neverOpened += opened ? 0 : 1;
                this.#broken(code, reason);
            },
        };
        this.#line = this.#openLine(url, this.#around, ear, this.#listener.names ?? []);
    }

    #broken(code, reason) {
        this.#goOn(code === SESSION_LOST || code === NOT_ACCEPTED || this.#neverOpened >= GIVE_UP_AFTER, reason);
    }

    #goOn(refused, reason) {
        if (refused) {
            this.#end('refused', reason);
        } else {
            this.#wait(reason);
        }
    }

    #heard(message) {
        this.#backoff.reset();
        this.#hearSomething();
        if (message.data === '[DONE]') {
            this.#end('closed', '');
            return;
        }
        if (message.data?.type === 'ping' || this.#known(message)) {
            return;
        }
        this.#listener.message(message);
    }

    #known(message) {
        const number = this.#listener.idOf?.(message);
        if (number !== undefined) {
            const old = number <= this.#lastNumber;
            this.#lastNumber = Math.max(number, this.#lastNumber);
            return old;
        }
        const same = message.id !== '' && message.id === this.#lastId;
        this.#lastId = message.id;
        return same;
    }

    /** A socket whose other side vanished without a word would look open for ever. */
    #hearSomething() {
        if (this.#openLine === socketLine) {
            this.#around.timers.clearTimeout(this.#silence);
            this.#silence = this.#around.timers.setTimeout(() => {
                this.#hangUp();
                this.#wait('');
            }, LONGEST_SILENCE);
        }
    }

    #wait(reason) {
        this.#timer = this.#around.timers.setTimeout(() => this.#connect(), this.#backoff.next());
        this.#tell('waiting', reason);
    }

    #hangUp() {
        this.#attempt.abort();
        this.#around.timers.clearTimeout(this.#timer);
        this.#around.timers.clearTimeout(this.#silence);
        this.#line?.close();
        this.#line = null;
    }

    #visibilityChanged() {
        this.#hangUp();
        if (this.#around.page.hidden) {
            this.#tell('paused');
        } else {
            this.#backoff.reset();
            this.#connect();
        }
    }

    #end(state, reason) {
        if (this.#closed) {
            return;
        }
        this.#closed = true;
        this.#hangUp();
        this.#endSession();
        this.#around.page.removeEventListener('visibilitychange', this.#onVisibility);
        this.#listener.state?.(state, reason);
    }

    #tell(state, reason = '') {
        if (!this.#closed) {
            this.#listener.state?.(state, reason);
        }
    }
}

/** The browser would come back by itself with the used ticket; so every break ends the source and a new one is opened. */
function eventLine(url, { EventSource }, ear, names) {
    const source = new EventSource(String(url));
    const heard = ({ data, type, lastEventId }) => ear.onMessage({ data: parsed(data), event: type, id: lastEventId });
    source.onopen = () => ear.onOpen();
    source.onmessage = heard;
    names.forEach((name) => source.addEventListener(name, heard));
    source.onerror = () => ear.onEnd(0, '');
    return {
        close() {
            source.onopen = source.onmessage = source.onerror = null;
            names.forEach((name) => source.removeEventListener(name, heard));
            source.close();
        },
    };
}

function socketLine(url, { WebSocket }, ear) {
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    const socket = new WebSocket(String(url));
    socket.onopen = () => ear.onOpen();
    socket.onmessage = ({ data }) => ear.onMessage({ data: parsed(data), event: 'message', id: '' });
    socket.onclose = ({ code, reason }) => ear.onEnd(code, reason);
    return {
        close() {
            socket.onopen = socket.onmessage = socket.onclose = null;
            socket.close();
        },
    };
}

function parsed(text) {
    try {
        return JSON.parse(text);
    } catch {
        return text;
    }
}
