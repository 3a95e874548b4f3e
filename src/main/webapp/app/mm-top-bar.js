import { html, nothing } from 'lit';
import { leave, pending, router, session } from './context.js';
import { PLACES } from './places.js';
import { MmElement } from './ui/element.js';
import { icon, mark } from './ui/icon.js';
import './ui/mm-theme-switch.js';

/**
 * Product, places, theme and account. The places are one list: a line where there is room, a menu behind a button where
 * there is not. Tells `skip` when the reader wants to get past all that.
 */
class TopBar extends MmElement {
    static properties = { place: { attribute: false } };

    session = this.follow(session);
    pending = this.follow(pending);

    constructor() {
        super();
        /** @type {import('./places.js').Place | null} */
        this.place = null;
    }

    render() {
        const { user } = this.session.state;
        return html`<header>
            <a class="skip" href="#content" @click=${this.#skip}>Skip to the content</a>
            <button type="button" class="quiet square places-button" popovertarget="places" aria-label="Places">${icon('menu')}</button>
            <h1 class="brand">${mark()}<span>MLX Manager</span></h1>
            <nav id="places" class="menu" popover aria-label="Places">
                ${PLACES.filter(({ part, may }) => part === 'main' && may(user)).map((place) => this.#link(place, place.label))}
                ${this.#admin(user)}
            </nav>
            <div class="actions">
                <mm-theme-switch></mm-theme-switch>
                <button type="button" class="quiet account" popovertarget="account-menu" aria-label="Account ${user?.email}">
                    ${icon('user')}<span class="email">${user?.email}</span>
                </button>
                <div id="account-menu" class="menu" popover>
                    <p class="who">
                        <strong>${user?.email}</strong>
                        <span>${user?.is_admin ? 'Administrator' : 'User'}</span>
                    </p>
                    ${PLACES.filter(({ part }) => part === 'account').map((place) => this.#link(place, place.label))}
                    <button type="button" class="plain" @click=${leave}>Log out</button>
                </div>
            </div>
        </header>`;
    }

    #admin(user) {
        const first = PLACES.find(({ part, may }) => part === 'admin' && may(user));
        if (first === undefined) {
            return nothing;
        }
        const { count } = this.pending.state;
        const here = this.place?.part === 'admin';
        return html`<a href=${first.path} aria-current=${here ? 'page' : 'false'} @click=${this.#follow}
            aria-description=${count > 0 ? `${count} waiting for approval` : nothing}
            >Admin${count > 0 ? html`<span class="count" aria-hidden="true">${count}</span>` : nothing}</a>`;
    }

    #link(place, label) {
        return html`<a href=${place.path} aria-current=${place === this.place ? 'page' : 'false'} @click=${this.#follow}>${label}</a>`;
    }

    #skip(event) {
        event.preventDefault();
        this.dispatchEvent(new Event('skip'));
    }

    #follow(event) {
        event.currentTarget.closest('[popover]')?.hidePopover();
        router.follow(event);
    }
}

customElements.define('mm-top-bar', TopBar);
