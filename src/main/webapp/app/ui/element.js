import { LitElement } from 'lit';

/**
 * Base of all elements: renders into the page itself, so that the style sheets, labels and password managers of the
 * page work everywhere, and follows stores while it is connected.
 */
export class MmElement extends LitElement {
    createRenderRoot() {
        return this;
    }

    /**
     * Renders again whenever the store changes.
     *
     * @template {import('../lib/store.js').Store<any>} S
     * @param {S} store
     * @returns {S} the same
     */
    follow(store) {
        let end = null;
        this.addController({
            hostConnected: () => {
                end = store.subscribe(() => this.requestUpdate());
            },
            hostDisconnected: () => end?.(),
        });
        return store;
    }

    /** @param {string} selector of an element inside this one, which may be missing */
    focusOn(selector) {
        /** @type {HTMLElement | null} */ (this.querySelector(selector))?.focus();
    }

    /** @param {string} selector of a field inside this element @returns {HTMLInputElement} */
    field(selector) {
        return /** @type {HTMLInputElement} */ (this.querySelector(selector));
    }
}
