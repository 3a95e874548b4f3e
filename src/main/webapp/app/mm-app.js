import { html, nothing } from 'lit';
import { router, session } from './context.js';
import { MmElement } from './ui/element.js';
import './admin/mm-users.js';
import './chat/mm-chat.js';
import './dashboard/mm-dashboard.js';
import './dashboard/mm-engine-notice.js';
import './dashboard/mm-status-strip.js';
import './keys/mm-keys.js';
import './models/mm-models.js';
import './mm-top-bar.js';
import './session/mm-sign-in.js';

const PLACES = {
    dashboard: () => html`<mm-dashboard></mm-dashboard>`,
    chat: () => html`<mm-chat></mm-chat>`,
    models: () => html`<mm-models></mm-models>`,
    keys: () => html`<mm-keys></mm-keys>`,
    users: () => html`<mm-users></mm-users>`,
};

/** The page: the sign-in form, or the console of the one who signed in. */
class App extends MmElement {
    session = this.follow(session);
    router = this.follow(router);

    render() {
        const { phase } = this.session.state;
        if (phase === 'starting') {
            return html`<p class="splash" role="status">Opening MLX Manager…</p>`;
        }
        if (phase === 'signed-out') {
            return html`<mm-sign-in></mm-sign-in>`;
        }
        const place = this.#place();
        const inChat = place === 'chat';
        return html`
            ${inChat ? html`<a class="skip" href="#message" @click=${this.#skip}>Skip to the message box</a>` : nothing}
            <mm-top-bar></mm-top-bar>
            ${place === 'dashboard' ? nothing : html`<mm-status-strip></mm-status-strip>`}
            <mm-engine-notice></mm-engine-notice>
            ${PLACES[place]()}
        `;
    }

    /** The first word of the address says where; who is no administrator finds the dashboard in place of the administration. */
    #place() {
        const name = this.router.state.path.split('/')[1];
        const hidden = name === 'users' && !this.session.state.user?.is_admin;
        return name in PLACES && !hidden ? name : 'dashboard';
    }

    #skip(event) {
        event.preventDefault();
        this.focusOn('#message');
    }
}

customElements.define('mm-app', App);
