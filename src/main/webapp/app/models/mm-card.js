import { html, nothing } from 'lit';
import { library } from '../context.js';
import { closeDialog, dialog } from '../ui/dialog.js';
import { MmElement } from '../ui/element.js';
import '../ui/mm-markdown.js';
import { readable } from './card.js';

/** What its maker tells about a model. Nothing of it is trusted: it goes through the renderer of answers. */
class Card extends MmElement {
    static properties = { modelId: { attribute: false }, text: { state: true }, error: { state: true } };

    constructor() {
        super();
        this.modelId = '';
        /** @type {string | null} null until it is there */
        this.text = null;
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
                    <a class="button quiet" href="https://huggingface.co/${modelId}" target="_blank" rel="noopener noreferrer">On Hugging Face</a>
                    <button type="button" class="primary" autofocus @click=${closeDialog}>Close</button>
                </p>`,
        );
    }

    async #load() {
        try {
            this.text = readable(await library.card(this.modelId));
        } catch (failure) {
            this.error = failure.message;
            this.text = '';
        }
    }
}

customElements.define('mm-card', Card);
