import { html } from 'lit';
import { router, session } from './context.js';
import { PLACES } from './places.js';
import { MmElement } from './ui/element.js';

/** The places of the administration, in a line below the top bar. */
class AdminNav extends MmElement {
    static properties = { place: { attribute: false } };

    session = this.follow(session);

    constructor() {
        super();
        /** @type {import('./places.js').Place | null} */
        this.place = null;
    }

    render() {
        const open = PLACES.filter(({ part, may }) => part === 'admin' && may(this.session.state.user));
        return html`<nav aria-label="Administration">
            ${open.map(
                ({ path, label }) => html`<a href=${path} aria-current=${path === this.place?.path ? 'page' : 'false'}
                    @click=${(event) => router.follow(event)}>${label}</a>`,
            )}
        </nav>`;
    }
}

customElements.define('mm-admin-nav', AdminNav);
