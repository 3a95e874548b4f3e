import { html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { chatSettings, conversation, status } from '../context.js';
import { MmElement } from '../ui/element.js';
import { EndFollower } from '../ui/end-follower.js';
import { icon } from '../ui/icon.js';
import './mm-chat-settings.js';
import './mm-composer.js';
import './mm-empty-chat.js';
import './mm-message.js';
import './mm-model-picker.js';

/** The conversation with its tool bar, composer and settings. */
class Chat extends MmElement {
    static properties = { settingsOpen: { state: true } };

    conversation = this.follow(conversation);
    settings = this.follow(chatSettings);
    #end = new EndFollower(() => this.requestUpdate());
    #onKey = (event) => this.#key(event);

    constructor() {
        super();
        this.settingsOpen = false;
    }

    connectedCallback() {
        super.connectedCallback();
        document.addEventListener('keydown', this.#onKey);
    }

    disconnectedCallback() {
        super.disconnectedCallback();
        document.removeEventListener('keydown', this.#onKey);
        this.#end.detach();
    }

    render() {
        const { turns, streaming } = this.conversation.state;
        return html`
            <main class="talk">
                ${this.#toolbar(turns)}
                <div class="scroller" tabindex="0" role="region" aria-label="Conversation">
                    <div class="content">${turns.length === 0 ? html`<mm-empty-chat @ask=${this.#ask}></mm-empty-chat>` : this.#transcript(turns)}</div>
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

    firstUpdated() {
        this.#end.attach(this.querySelector('.scroller'), this.querySelector('.content'));
    }

    #toolbar(turns) {
        return html`<div class="toolbar" role="toolbar" aria-label="Chat">
            <mm-model-picker></mm-model-picker>
            <span class="grow"></span>
            <button type="button" class="quiet" aria-label="New chat" title="New chat" ?disabled=${turns.length === 0}
                @click=${this.#clear}>
                ${icon('plus')}<span class="wide">New chat</span>
            </button>
            <button type="button" class="quiet" id="settings-toggle" aria-label="Settings" title="Settings" aria-expanded=${this.settingsOpen}
                aria-controls="chat-settings" @click=${this.#toggleSettings}>
                ${icon('sliders')}<span class="wide">Settings</span>
            </button>
        </div>`;
    }

    #transcript(turns) {
        const last = turns.at(-1);
        return html`<ol class="transcript">
            ${repeat(
                turns,
                (turn) => turn.id,
                (turn) => html`<li class=${turn.role}>
                    <mm-message .turn=${turn} ?last=${turn === last} @retry=${this.#retry}></mm-message>
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

    #ask({ detail }) {
        this.#end.toEnd();
        this.conversation.send(detail, this.settings.state).finally(() => status.refresh());
    }

    #retry() {
        this.#end.toEnd();
        this.conversation.retry(this.settings.state).finally(() => status.refresh());
    }

    #stop() {
        this.conversation.stop();
    }

    #clear() {
        this.conversation.clear();
        this.focusOn('#message');
    }

    async #toggleSettings() {
        this.settingsOpen = !this.settingsOpen;
        await this.updateComplete;
        this.focusOn(this.settingsOpen ? '#system-prompt' : '#settings-toggle');
    }

    #key(event) {
        if (event.key !== 'Escape' || event.defaultPrevented || document.querySelector(':popover-open') !== null) {
            return;
        }
        if (this.conversation.state.streaming) {
            this.#stop();
        } else if (this.settingsOpen) {
            this.#toggleSettings();
        }
    }
}

customElements.define('mm-chat', Chat);
