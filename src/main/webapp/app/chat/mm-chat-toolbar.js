import { html, nothing } from 'lit';
import { conversations } from '../context.js';
import { MmElement } from '../ui/element.js';
import { icon } from '../ui/icon.js';
import './mm-model-picker.js';

/** Above the conversation: who answers, whether it is kept, and the way to the rest. Fires `history`, `new`, `settings`. */
class ChatToolbar extends MmElement {
    static properties = { settingsOpen: { attribute: false }, historyOpen: { attribute: false } };

    conversations = this.follow(conversations);

    constructor() {
        super();
        this.settingsOpen = false;
        this.historyOpen = false;
    }

    render() {
        const { turns, problem } = this.conversations.state;
        return html`<div class="toolbar" role="toolbar" aria-label="Chat">
                <button type="button" class="quiet square" aria-label="Conversations" title="Conversations" aria-expanded=${this.historyOpen}
                    aria-controls="chat-history" @click=${() => this.#fire('history')}>
                    ${icon('sidebar')}
                </button>
                <mm-model-picker></mm-model-picker>
                <span class="grow"></span>
                <button type="button" class="quiet" aria-label="New chat" title="New chat" ?disabled=${turns.length === 0}
                    @click=${() => this.#fire('new')}>
                    ${icon('plus')}<span class="wide">New chat</span>
                </button>
                <button type="button" class="quiet" id="settings-toggle" aria-label="Settings" title="Settings" aria-expanded=${this.settingsOpen}
                    aria-controls="chat-settings" @click=${() => this.#fire('settings')}>
                    ${icon('sliders')}<span class="wide">Settings</span>
                </button>
            </div>
            ${problem === '' ? nothing : html`<p class="unsaved" role="status">${icon('warning')}<span>Not saved: ${problem}</span></p>`}`;
    }

    #fire(name) {
        this.dispatchEvent(new CustomEvent(name));
    }
}

customElements.define('mm-chat-toolbar', ChatToolbar);
