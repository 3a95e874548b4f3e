import { html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { conversations, history, router } from '../context.js';
import { day } from '../lib/format.js';
import { MmElement } from '../ui/element.js';
import { icon } from '../ui/icon.js';
import './mm-history-item.js';

const WHILE_TYPING = 250;

/** The conversations that were held, by day, with a search. Fires `close` when one was chosen. */
class HistoryList extends MmElement {
    static properties = { open: { type: Boolean, reflect: true } };

    history = this.follow(history);
    conversations = this.follow(conversations);
    #timer = 0;

    constructor() {
        super();
        this.open = false;
    }

    connectedCallback() {
        super.connectedCallback();
        history.refresh('');
    }

    disconnectedCallback() {
        super.disconnectedCallback();
        clearTimeout(this.#timer);
    }

    render() {
        const { items, query, more, error } = this.history.state;
        return html`<aside id="chat-history" aria-label="Conversations" ?hidden=${!this.open}>
            <div class="head">
                <button type="button" class="plain new" @click=${this.#new}>${icon('plus')}New chat</button>
                <button type="button" class="quiet square" aria-label="Close conversations" @click=${this.#close}>${icon('close')}</button>
            </div>
            <label class="visually-hidden" for="history-search">Search conversations</label>
            <input id="history-search" type="search" placeholder="Search" autocomplete="off" .value=${query} @input=${this.#search} />
            ${error ? html`<p class="error" role="alert">${error}</p>` : nothing}
            ${items === null ? html`<p class="hint">${error ? nothing : 'Looking…'}</p>` : this.#list(items, query)}
            ${more ? html`<button type="button" class="quiet" @click=${() => history.older()}>Older</button>` : nothing}
        </aside>`;
    }

    #list(items, query) {
        if (items.length === 0) {
            return html`<p class="hint">${query.trim() ? 'No conversation has these words.' : 'Your conversations will be here.'}</p>`;
        }
        const { id: shown, answering, answered } = this.conversations.state;
        const mark = (id) => (answering.includes(id) ? 'answering' : answered.includes(id) ? 'answered' : '');
        return html`<nav aria-label="Conversations">
            ${[...byDay(items)].map(
                ([name, group]) => html`<h3>${name}</h3>
                    <ul>
                        ${repeat(
                            group,
                            ({ id }) => id,
                            (item) => html`<li>
                                <mm-history-item .item=${item} .mark=${mark(item.id)} ?shown=${item.id === shown} @chosen=${this.#close}></mm-history-item>
                            </li>`,
                        )}
                    </ul>`,
            )}
        </nav>`;
    }

    #search({ target }) {
        clearTimeout(this.#timer);
        this.#timer = setTimeout(() => history.refresh(target.value), WHILE_TYPING);
    }

    #new() {
        router.go('/chat');
        conversations.clear();
        this.#close();
        /** @type {HTMLElement | null} */ (document.querySelector('#message'))?.focus();
    }

    #close() {
        this.dispatchEvent(new CustomEvent('close'));
    }
}

function byDay(items) {
    const groups = new Map();
    for (const item of items) {
        const name = day(item.updated_at);
        groups.set(name, [...(groups.get(name) ?? []), item]);
    }
    return groups;
}

customElements.define('mm-history', HistoryList);
