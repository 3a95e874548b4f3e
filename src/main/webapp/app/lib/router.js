import { Store } from './store.js';

/**
 * Which place of the page is shown. Links inside the page change the address without loading it again; back and forward
 * work as ever.
 *
 * @extends {Store<{path: string}>}
 */
export class Router extends Store {
    #window;

    /** @param {Window} surroundings */
    constructor(surroundings = globalThis.window) {
        super({ path: surroundings.location.pathname });
        this.#window = surroundings;
        surroundings.addEventListener('popstate', () => this.update({ path: surroundings.location.pathname }));
    }

    /** @param {string} path an address inside the page */
    go(path) {
        if (path !== this.state.path) {
            this.#window.history.pushState(null, '', path);
            this.update({ path });
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
            this.go(new URL(link.href).pathname);
        }
    }
}
