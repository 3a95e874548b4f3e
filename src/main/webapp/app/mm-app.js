import { html } from 'lit';
import { session } from './context.js';
import { MmElement } from './ui/element.js';
import './chat/mm-chat.js';
import './dashboard/mm-engine-notice.js';
import './dashboard/mm-status-strip.js';
import './mm-top-bar.js';
import './session/mm-sign-in.js';

/** The page: the sign-in form, or the console of the one who signed in. */
class App extends MmElement {
    session = this.follow(session);

    render() {
        const { phase } = this.session.state;
        if (phase === 'starting') {
            return html`<p class="splash" role="status">Opening MLX Manager…</p>`;
        }
        if (phase === 'signed-out') {
            return html`<mm-sign-in></mm-sign-in>`;
        }
        return html`
            <a class="skip" href="#message" @click=${this.#skip}>Skip to the message box</a>
            <mm-top-bar></mm-top-bar>
            <mm-status-strip></mm-status-strip>
            <mm-engine-notice></mm-engine-notice>
            <mm-chat></mm-chat>
        `;
    }

    #skip(event) {
        event.preventDefault();
        this.focusOn('#message');
    }
}

customElements.define('mm-app', App);
