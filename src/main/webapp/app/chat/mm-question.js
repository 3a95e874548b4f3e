import { html, nothing } from 'lit';
import { conversations } from '../context.js';
import { count } from '../lib/format.js';
import { MmElement } from '../ui/element.js';
import { icon } from '../ui/icon.js';
import '../ui/mm-copy-button.js';
import './mm-versions.js';

/** What the user wrote and attached. Fires `edit` with the question's id and its new text. */
class Question extends MmElement {
    static properties = { turn: { attribute: false }, editing: { state: true } };

    conversations = this.follow(conversations);

    constructor() {
        super();
        /** @type {import('./thread.js').UserTurn} */
        this.turn = undefined;
        this.editing = false;
    }

    render() {
        const { content, attachments } = this.turn;
        return html`<div class="asked">
            ${attachments.length === 0 ? nothing : html`<ul class="files" aria-label="Attachments">${attachments.map(file)}</ul>`}
            ${this.editing ? this.#form(content) : html`<article class="question" aria-label="You">${content}</article>${this.#foot(content)}`}
        </div>`;
    }

    #foot(content) {
        return html`<footer>
            <mm-versions .turn=${this.turn}></mm-versions>
            <mm-copy-button .text=${content}></mm-copy-button>
            <button type="button" class="quiet small" title="Edit and send again" aria-label="Edit and send again"
                ?disabled=${this.conversations.state.streaming} @click=${this.#edit}>
                ${icon('edit')}
            </button>
        </footer>`;
    }

    #form(content) {
        return html`<form class="rewrite" @submit=${this.#send} @keydown=${this.#key}>
            <textarea aria-label="Your question" rows="3" .value=${content}></textarea>
            <div class="actions">
                <button type="button" class="plain" @click=${this.#cancel}>Cancel</button>
                <button type="submit" class="primary">Send again</button>
            </div>
        </form>`;
    }

    async #edit() {
        this.editing = true;
        await this.updateComplete;
        this.focusOn('textarea');
    }

    #cancel() {
        this.editing = false;
    }

    #key(event) {
        if (event.key === 'Escape') {
            event.preventDefault();
            this.#cancel();
        } else if (event.key === 'Enter' && !event.shiftKey && !event.isComposing && event.target.matches('textarea')) {
            this.#send(event);
        }
    }

    #send(event) {
        event.preventDefault();
        const text = this.field('textarea').value.trim();
        if (text !== '') {
            this.editing = false;
            this.dispatchEvent(new CustomEvent('edit', { detail: { id: this.turn.id, text }, bubbles: true }));
        }
    }
}

function file({ kind, name, data }) {
    return kind === 'image'
        ? html`<li class="picture"><img src=${data} alt=${name} /></li>`
        : html`<li><details class="text-file"><summary>${icon('file')}<span>${name}</span><span class="size">${count(data.split('\n').length, 'line')}</span></summary><pre tabindex="0">${data}</pre></details></li>`;
}

customElements.define('mm-question', Question);
