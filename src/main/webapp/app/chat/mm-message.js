import { html, nothing } from 'lit';
import { count, duration, modelName, rate, thinkingTime } from '../lib/format.js';
import { MmElement } from '../ui/element.js';
import { icon } from '../ui/icon.js';
import '../ui/mm-copy-button.js';
import '../ui/mm-markdown.js';
import './mm-tool-call.js';

/** One turn. Fires `retry`. */
class Message extends MmElement {
    static properties = { turn: { attribute: false }, last: { type: Boolean } };

    constructor() {
        super();
        /** @type {import('./conversation.js').Turn} */
        this.turn = { id: 0, role: 'user', content: '' };
        this.last = false;
    }

    render() {
        const { turn } = this;
        return turn.role === 'user' ? this.#question(turn) : this.#answer(turn);
    }

    #question({ content }) {
        return html`<article class="question" aria-label="You">${content}</article>`;
    }

    #answer(turn) {
        const streaming = turn.state === 'streaming';
        return html`<article class="answer" aria-label="Answer by ${modelName(turn.model)}" aria-busy=${streaming}>
            ${this.#thinking(turn)}
            ${turn.content === '' ? nothing : html`<mm-markdown .text=${turn.content} .done=${!streaming}></mm-markdown>`}
            ${turn.toolCalls.map((call) => html`<mm-tool-call .call=${call}></mm-tool-call>`)}
            ${streaming && turn.content === '' && !turn.thinking
                ? html`<p class="pending"><span class="dots"><i></i><i></i><i></i></span><span class="visually-hidden">Waiting for the first token</span></p>`
                : nothing}
            ${turn.error ? this.#error(turn) : nothing}
            ${streaming ? nothing : this.#foot(turn)}
        </article>`;
    }

    #thinking({ reasoning, thinking, thinkingMs }) {
        if (reasoning === '') {
            return nothing;
        }
        return html`<details class="thinking" ?data-live=${thinking}>
            <summary>${icon('chevron')}<span>${thinking ? 'Thinking…' : `Thought for ${thinkingTime(thinkingMs)}`}</span></summary>
            <div class="thoughts">${reasoning.trim()}</div>
        </details>`;
    }

    #error(turn) {
        return html`<div class="failure" role="alert">
            ${icon('warning')}<p>${turn.error}</p>
            ${this.last ? html`<button type="button" class="plain" @click=${this.#retry}>Try again</button>` : nothing}
        </div>`;
    }

    #foot(turn) {
        const { metrics, state, content } = turn;
        return html`<footer>
            ${metrics === null
                ? nothing
                : html`<span class="metric">${count(metrics.tokens, 'token')}</span>
                      ${metrics.tokensPerSecond > 0 ? html`<span class="metric rate">${rate(metrics.tokensPerSecond)}</span>` : nothing}
                      <span class="metric" title="From sending to the first token">first after ${duration(metrics.firstTokenMs)}</span>`}
            ${state === 'stopped' ? html`<span class="mark-stopped">stopped</span>` : nothing}
            ${metrics?.cut ? html`<span class="mark-stopped">cut at the length limit</span>` : nothing}
            <span class="grow"></span>
            ${content === '' ? nothing : html`<mm-copy-button .text=${content}></mm-copy-button>`}
            ${this.last && state !== 'failed'
                ? html`<button type="button" class="quiet small" title="Answer again" aria-label="Answer again" @click=${this.#retry}>
                      ${icon('retry')}
                  </button>`
                : nothing}
        </footer>`;
    }

    #retry() {
        this.dispatchEvent(new CustomEvent('retry', { bubbles: true }));
    }
}

customElements.define('mm-message', Message);
