import { html, nothing } from 'lit';
import { library } from '../context.js';
import { closeDialog, dialog } from '../ui/dialog.js';
import { MmElement } from '../ui/element.js';
import '../ui/mm-markdown.js';
import { readable } from './card.js';

/** What its maker tells about a model. Nothing of it is trusted: it goes through the renderer of answers. */
class Card extends MmElement {
    static properties = { modelId: { attribute: false }, text: { state: true }, page: { state: true }, error: { state: true } };

    constructor() {
        super();
        this.modelId = '';
        /** @type {string | null} null until it is there */
        this.text = null;
        this.page = '';
        this.error = '';
    }

    connectedCallback() {
        super.connectedCallback();
        this.#load();
    }

    render() {
        const { modelId, text } = this;
        return dialog(
            { title: modelId, wide: true, close: () => this.dispatchEvent(new Event('leave')) },
            html`<div class="model-card" tabindex="0" role="region" aria-label="About ${modelId}" aria-busy=${text === null}>
                    ${text === null ? html`<p class="hint" role="status">Looking…</p>` : nothing}
                    ${text === '' ? html`<p class="hint">${this.error || 'Its maker tells nothing about it.'}</p>` : nothing}
                    ${text ? html`<mm-markdown .text=${text} .done=${true}></mm-markdown>` : nothing}
                </div>
                <p class="actions">
                    ${this.page === '' ? nothing : this.#link(this.page)}
                    <button type="button" class="primary" autofocus @click=${closeDialog}>Close</button>
                </p>`,
        );
    }

    #link(page) {
        const { hostname } = new URL(page);
        return html`<a class="button quiet" href=${page} target="_blank" rel="noopener noreferrer">
            On ${hostname === 'huggingface.co' ? 'Hugging Face' : hostname}
        </a>`;
    }

    async #load() {
        try {
            const { markdown, page } = await library.card(this.modelId);
            this.text = readable(markdown);
            this.page = page;
        } catch (failure) {
            this.error = failure.message;
            this.text = '';
        }
    }
}

customElements.define('mm-card', Card);
