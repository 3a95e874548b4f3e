import { Store } from './store.js';

/**
 * Which place of the page is shown, and the query of its address. Links inside the page change the address without
 * loading it again; back and forward work as ever.
 *
 * @extends {Store<{path: string, query: string}>}
 */
export class Router extends Store {
    #window;

    /** @param {Window} surroundings */
    constructor(surroundings = globalThis.window) {
        super(addressOf(surroundings.location));
        this.#window = surroundings;
        surroundings.addEventListener('popstate', () => this.update(addressOf(surroundings.location)));
    }

    /** @param {string} address inside the page, may have a query */
    go(address) {
        this.#show(address, () => this.#window.history.pushState(null, '', address));
    }

    /**
     * The place got another address: back leads to where one was before it.
     *
     * @param {string} address inside the page, may have a query
     */
    rename(address) {
        this.#show(address, () => this.#window.history.replaceState(null, '', address));
    }

    /**
     * @param {string} address
     * @param {() => void} note
     */
    #show(address, note) {
        const [path, query = ''] = address.split('?');
        if (path !== this.state.path || query !== this.state.query) {
            note();
            this.update({ path, query });
        }
    }

    /**
     * Takes over a click on a link inside the page, unless it asks for another tab or window.
     *
     * @param {MouseEvent} event
     */
    follow(event) {
        const link = /** @type {HTMLAnchorElement} */ (event.currentTarget);
        if (event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey) {
            event.preventDefault();
            const { pathname, search } = new URL(link.href);
            this.go(pathname + search);
        }
    }
}

function addressOf({ pathname, search }) {
    return { path: pathname, query: search.slice(1) };
}
