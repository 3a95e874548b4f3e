import { html, nothing } from 'lit';
import { conversations, status } from '../context.js';
import { askedName, bytes, count, duration, modelName, rate, thinkingTime } from '../lib/format.js';
import { MmElement } from '../ui/element.js';
import { icon } from '../ui/icon.js';
import '../ui/mm-copy-button.js';
import '../ui/mm-markdown.js';
import './mm-tool-call.js';
import './mm-versions.js';

/** What the model wrote, thought and called, and how fast. Fires `retry`, and `branch` with its id. */
class AnswerBlock extends MmElement {
    static properties = { turn: { attribute: false }, last: { attribute: false } };

    status = this.follow(status);

    constructor() {
        super();
        /** @type {import('./thread.js').AssistantTurn} */
        this.turn = undefined;
        this.last = false;
    }

    render() {
        const { turn } = this;
        const streaming = turn.state === 'streaming';
        return html`<article class="answer" aria-label="Answer by ${askedName(turn.model)}" aria-busy=${streaming}>
            ${this.#thinking(turn)}
            ${turn.content === '' ? nothing : html`<mm-markdown .text=${turn.content} .done=${!streaming}></mm-markdown>`}
            ${turn.toolCalls.map((call) => html`<mm-tool-call .call=${call} .running=${streaming}></mm-tool-call>`)}
            ${streaming && turn.content === '' && !turn.thinking && turn.toolCalls.length === 0 ? this.#pending(turn) : nothing}
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

    /** Before the first token: the model may still have to come into memory. */
    #pending({ model }) {
        const loaded = this.status.loaded(model);
        return html`<div class="pending">
            <span class="dots"><i></i><i></i><i></i></span>
            ${loaded?.state === 'loading'
                ? html`<span class="loading" role="status">Loading ${modelName(loaded.model_id)}, ${loaded.progress} % of ${bytes(loaded.size_bytes)}</span>`
                : html`<span class="visually-hidden">Waiting for the first token</span>`}
        </div>`;
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
            ${metrics === null ? nothing : numbers(metrics)}
            ${state === 'stopped' ? html`<span class="mark-stopped">stopped</span>` : nothing}
            ${metrics?.cut ? html`<span class="mark-stopped">cut at the length limit</span>` : nothing}
            <span class="acts">
                <mm-versions .turn=${turn}></mm-versions>
                ${content === '' ? nothing : html`<mm-copy-button .text=${content}></mm-copy-button>`}
                ${conversations.state.id === '' || content === '' || turn.toolCalls.length > 0
                    ? nothing
                    : html`<button type="button" class="quiet small" title="Go on from here in a new chat" aria-label="Go on from here in a new chat" @click=${this.#branch}>
                          ${icon('branch')}
                      </button>`}
                ${this.last && state !== 'failed'
                    ? html`<button type="button" class="quiet small" title="Answer again" aria-label="Answer again" @click=${this.#retry}>
                          ${icon('retry')}
                      </button>`
                    : nothing}
            </span>
        </footer>`;
    }

    #retry() {
        this.dispatchEvent(new CustomEvent('retry', { bubbles: true }));
    }

    #branch() {
        this.dispatchEvent(new CustomEvent('branch', { detail: this.turn.id, bubbles: true }));
    }
}

function numbers({ tokens, tokensPerSecond, firstTokenMs, promptTokens, cachedTokens }) {
    return html`<span class="metric">${count(tokens, 'token')}</span>
        ${tokensPerSecond > 0 ? html`<span class="metric rate">${rate(tokensPerSecond)}</span>` : nothing}
        <span class="metric" title="From sending to the first token">first after ${duration(firstTokenMs)}</span>
        ${promptTokens > 0
            ? html`<span class="metric prompt" title="Tokens of the prompt, and how many of them were still known from before">
                  ${count(promptTokens, 'prompt token')}${cachedTokens > 0 ? `, ${cachedTokens.toLocaleString('en-US')} cached` : nothing}
              </span>`
            : nothing}`;
}

customElements.define('mm-answer', AnswerBlock);
