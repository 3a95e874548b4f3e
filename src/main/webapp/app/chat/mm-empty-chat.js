import { html, nothing } from 'lit';
import { chatSettings, status } from '../context.js';
import { askedName } from '../lib/format.js';
import { MmElement } from '../ui/element.js';

const QUESTIONS = ['What can you do?', 'What is MLX Manager?', 'How do I start a model?', 'Tell me a story about a fox.'];

/** Before the first message: who answers, and four things to ask. Fires `ask`. */
class EmptyChat extends MmElement {
    settings = this.follow(chatSettings);
    status = this.follow(status);

    render() {
        const { model } = this.settings.state;
        const { modelsKnown, info } = this.status.state;
        if (modelsKnown && model === '') {
            return html`<div class="empty">
                <h2>No model on this machine yet</h2>
                <p>Download one under <a href="/models">Models</a>; what is in the Hugging Face cache of this server shows up by itself.</p>
            </div>`;
        }
        return html`<div class="empty">
            <h2>What would you like to know?</h2>
            ${model === '' || info?.engine === 'none'
                ? nothing
                : html`<p><span class="model">${askedName(model)}</span> answers on this machine. ${this.#size(model)}</p>`}
            <ul>
                ${QUESTIONS.map(
                    (question) => html`<li>
                        <button type="button" class="suggestion" ?disabled=${model === ''} @click=${() => this.#ask(question)}>
                            ${question}
                        </button>
                    </li>`,
                )}
            </ul>
        </div>`;
    }

    #size(model) {
        return model.includes('starter') ? 'It is tiny: good for a first try, not for hard questions.' : nothing;
    }

    #ask(question) {
        this.dispatchEvent(new CustomEvent('ask', { detail: { text: question, attachments: [] }, bubbles: true }));
    }
}

customElements.define('mm-empty-chat', EmptyChat);
