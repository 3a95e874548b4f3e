import { html, nothing } from 'lit';
import { router, session } from './context.js';
import './dashboard/mm-engine-notice.js';
import './dashboard/mm-status-strip.js';
import './mm-admin-nav.js';
import './mm-top-bar.js';
import { placeAt } from './places.js';
import './session/mm-sign-in.js';
import { MmElement } from './ui/element.js';

/** The page: the sign-in form, or the console of the one who signed in. */
class App extends MmElement {
    session = this.follow(session);
    router = this.follow(router);
    #place = null;

    render() {
        const { phase, user } = this.session.state;
        if (phase === 'starting') {
            return html`<p class="splash" role="status">Opening MLX Manager…</p>`;
        }
        if (phase === 'signed-out' || user === null) {
            this.#place = null;
            document.title = 'MLX Manager';
            return html`<mm-sign-in></mm-sign-in>`;
        }
        this.#enter(placeAt(this.router.state.path, user));
        return html`
            <mm-top-bar .place=${this.#place} @skip=${() => this.#focus()}></mm-top-bar>
            ${this.#place.part === 'admin' ? html`<mm-admin-nav .place=${this.#place}></mm-admin-nav>` : nothing}
            ${this.#place.path === '/' ? nothing : html`<mm-status-strip></mm-status-strip>`}
            <mm-engine-notice></mm-engine-notice>
            ${this.#place.view()}
        `;
    }

    /** Fetches what draws the place, and leads the reader there when he went by himself. */
    async #enter(place) {
        if (place === this.#place) {
            return;
        }
        const moved = this.#place !== null;
        this.#place = place;
        document.title = `${place.label} · MLX Manager`;
        await place.load();
        await this.updateComplete;
        if (moved && place === this.#place) {
            this.#focus();
        }
    }

    /** The message box in the chat, else the content itself: there the reader of a screen goes on. */
    #focus() {
        const target = /** @type {HTMLElement | null} */ (this.querySelector('#message') ?? this.querySelector('main'));
        if (target?.localName === 'main') {
            target.tabIndex = -1;
        }
        target?.focus({ preventScroll: true });
    }
}

customElements.define('mm-app', App);
