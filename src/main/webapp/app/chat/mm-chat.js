import { html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { chatSettings, conversations, history, router } from '../context.js';
import { MmElement } from '../ui/element.js';
import { EndFollower } from '../ui/end-follower.js';
import { icon } from '../ui/icon.js';
import './mm-chat-toolbar.js';
import './mm-composer.js';
import './mm-empty-chat.js';
import './mm-history.js';

const WIDE = '(width >= 64rem)';

/** The conversation with its tool bar, composer, settings, and those that were held before. */
class Chat extends MmElement {
    static properties = { settingsOpen: { state: true }, historyOpen: { state: true } };

    conversations = this.follow(conversations);
    settings = this.follow(chatSettings);
    router = this.follow(router);
    #end = new EndFollower(() => this.requestUpdate());
    #onKey = (event) => this.#key(event);
    #onLeave = () => conversations.leaving();

    constructor() {
        super();
        this.settingsOpen = false;
        this.historyOpen = matchMedia(WIDE).matches;
    }

    connectedCallback() {
        super.connectedCallback();
        document.addEventListener('keydown', this.#onKey);
        addEventListener('pagehide', this.#onLeave);
    }

    disconnectedCallback() {
        super.disconnectedCallback();
        document.removeEventListener('keydown', this.#onKey);
        removeEventListener('pagehide', this.#onLeave);
        this.#end.detach();
    }

    willUpdate() {
        this.#matchAddress();
    }

    render() {
        const { turns, streaming, refusal, opening } = this.conversations.state;
        return html`
            <mm-history ?open=${this.historyOpen} @close=${this.#historyUsed}></mm-history>
            <main class="talk">
                <mm-chat-toolbar .settingsOpen=${this.settingsOpen} .historyOpen=${this.historyOpen}
                    @settings=${this.#toggleSettings} @history=${() => (this.historyOpen = !this.historyOpen)} @new=${this.#clear}></mm-chat-toolbar>
                <div class="scroller" tabindex="0" role="region" aria-label="Conversation">
                    <div class="content">${this.#content(turns, refusal, opening)}</div>
                </div>
                <p class="visually-hidden" role="status">${this.#announcement(turns, streaming)}</p>
                <div class="foot">
                    ${this.#end.following || turns.length === 0
                        ? nothing
                        : html`<button type="button" class="latest" @click=${() => this.#end.toEnd()}>${icon('down')}Latest</button>`}
                    <mm-composer .streaming=${streaming} @ask=${this.#ask} @stop=${this.#stop}></mm-composer>
                </div>
            </main>
            <mm-chat-settings ?open=${this.settingsOpen} @close=${this.#toggleSettings}></mm-chat-settings>
        `;
    }

    /** What draws messages is large and not needed to write the first one: it comes when the page stands. */
    firstUpdated() {
        import('./mm-message.js');
        import('./mm-chat-settings.js');
        this.#end.attach(this.querySelector('.scroller'), this.querySelector('.content'));
    }

    /** The address names the conversation: it is opened when the address changed, and named when it was made. */
    #matchAddress() {
        const named = this.router.state.path.split('/')[2] ?? '';
        const { id } = this.conversations.state;
        if (named === this.#address && id !== '' && id !== named) {
            this.#address = id;
            router.rename(`/chat/${id}`);
        } else if (named !== this.#address) {
            this.#address = named;
            this.#open(named);
        }
    }

    #address = '';

    async #open(id) {
        if (id === '') {
            conversations.clear();
        } else {
            const settings = await conversations.open(id);
            if (settings !== null) {
                chatSettings.adopt({ ...this.settings.state, ...settings });
                this.#end.toEnd();
            }
        }
    }

    #content(turns, refusal, opening) {
        if (refusal !== '') {
            return html`<div class="empty"><h2>This conversation cannot be shown</h2><p>${refusal}</p></div>`;
        }
        if (opening) {
            return html`<p class="opening" role="status">Opening…</p>`;
        }
        return turns.length === 0 ? html`<mm-empty-chat @ask=${this.#ask}></mm-empty-chat>` : this.#transcript(turns);
    }

    #transcript(turns) {
        const last = turns.at(-1);
        return html`<ol class="transcript">
            ${repeat(
                turns,
                (turn) => turn.id,
                (turn) => html`<li class=${turn.role}>
                    <mm-message .turn=${turn} ?last=${turn === last} @retry=${this.#retry} @edit=${this.#edit} @branch=${this.#branch}></mm-message>
                </li>`,
            )}
        </ol>`;
    }

    /** Once at the beginning and once at the end: a screen reader would choke on every token. */
    #announcement(turns, streaming) {
        const last = turns.at(-1);
        if (streaming) {
            return 'The model is answering.';
        }
        return last?.role === 'assistant' ? last.error || last.content : '';
    }

    #ask({ detail: { text, attachments } }) {
        this.#end.toEnd();
        this.conversations.send(text, this.settings.state, attachments);
    }

    #retry() {
        this.#end.toEnd();
        this.conversations.retry(this.settings.state);
    }

    #edit({ detail: { id, text } }) {
        this.#end.toEnd();
        this.conversations.edit(id, text, this.settings.state);
    }

    async #branch({ detail: messageId }) {
        const made = await history.branch(this.conversations.state.id, messageId);
        if (made !== '') {
            router.go(`/chat/${made}`);
        }
    }

    #stop() {
        this.conversations.stop();
    }

    #clear() {
        this.#address = '';
        router.go('/chat');
        this.conversations.clear();
        this.focusOn('#message');
    }

    #historyUsed() {
        if (!matchMedia(WIDE).matches) {
            this.historyOpen = false;
        }
    }

    async #toggleSettings() {
        this.settingsOpen = !this.settingsOpen;
        await this.updateComplete;
        this.focusOn(this.settingsOpen ? '#system-prompt' : '#settings-toggle');
    }

    #key(event) {
        if (event.key !== 'Escape' || event.defaultPrevented || document.querySelector(':popover-open, dialog[open]') !== null) {
            return;
        }
        if (this.conversations.state.streaming) {
            this.#stop();
        } else if (this.settingsOpen) {
            this.#toggleSettings();
        }
    }
}

customElements.define('mm-chat', Chat);
