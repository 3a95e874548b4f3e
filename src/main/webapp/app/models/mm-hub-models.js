import { html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { chatSettings, library, router, status } from '../context.js';
import { bytes, count } from '../lib/format.js';
import { MmElement } from '../ui/element.js';
import { icon } from '../ui/icon.js';
import { chosen, everything, traitsOfHit } from './filters.js';
import { badge, fitText, title } from './labels.js';
import './mm-filter-chips.js';

/** Models on the hub: find, judge, fetch. What needs a dialog is told as `model-action`. */
class HubModels extends MmElement {
    static properties = { choice: { state: true } };

    library = this.follow(library);
    status = this.follow(status);

    constructor() {
        super();
        this.choice = everything();
    }

    render() {
        const { searching, searchError, query } = this.library.state;
        return html`
            <form role="search" @submit=${this.#search}>
                <label class="visually-hidden" for="hub-query">Search Hugging Face for MLX models</label>
                <input id="hub-query" type="search" placeholder="Search MLX models, such as qwen3" .value=${query} required />
                <button class="primary" ?disabled=${searching}>${searching ? html`<span class="spinner"></span>` : icon('search')}Search</button>
            </form>
            ${searchError === '' ? nothing : html`<p class="notice" role="alert">${searchError}</p>`}
            ${this.#results()}
        `;
    }

    #results() {
        const { hits, query, more, searching } = this.library.state;
        if (hits === null) {
            return html`<p class="empty">Models are fetched into the cache that the Hugging Face tools share.</p>`;
        }
        if (hits.length === 0) {
            return html`<p class="empty" role="status">Nothing found for “${query}”.</p>`;
        }
        const room = this.status.state.pool?.max_memory_bytes ?? 0;
        const all = hits.map((hit) => ({ hit, traits: traitsOfHit(hit) }));
        const shown = all.filter(({ traits }) => chosen(traits, this.choice, room));
        return html`
            <mm-filter-chips .traits=${all.map(({ traits }) => traits)} .choice=${this.choice} .room=${room}
                @choose=${({ detail }) => (this.choice = detail)}></mm-filter-chips>
            <p class="visually-hidden" role="status">${count(shown.length, 'model')} found</p>
            ${shown.length === 0 ? html`<p class="empty">None of them is like that.</p>` : nothing}
            <ul class="cards">
                ${repeat(
                    shown,
                    ({ hit }) => hit.model_id,
                    ({ hit, traits }) => this.#card(hit, traits),
                )}
            </ul>
            ${more === '' ? nothing : html`<p class="more"><button type="button" class="plain" ?disabled=${searching} @click=${() => library.searchOn()}>Show more</button></p>`}
        `;
    }

    #card(hit, { family, bits, capabilities }) {
        const { model_id: id, estimated_size_bytes: size, supported } = hit;
        const fit = /** @type {Partial<import('./library.js').Fit> | undefined} */ (this.library.state.fits[id]);
        const under = this.library.state.downloads.some((each) => each.model_id === id);
        return html`<li class="card">
            ${title(id)}
            <p class="badges">
                ${badge(family)} ${badge(bits)} ${badge(size !== null && bytes(size))} ${capabilities.map((each) => badge(each, 'able'))}
                ${badge(count(hit.downloads, 'download'))} ${badge(hit.likes > 0 && count(hit.likes, 'like'))} ${badge(hit.gated && 'gated')}
                ${badge(supported === false && 'not supported', 'bad')} ${badge(hit.is_downloaded && 'on this machine', 'good')}
            </p>
            ${this.#fit(id)}
            <p class="actions">
                ${this.status.state.models.includes(id)
                    ? html`<button type="button" class="primary small" aria-label="Chat with ${id}" @click=${() => this.#chat(id)}>Chat</button>`
                    : nothing}
                ${hit.is_downloaded || supported === false || fit?.supported === false
                    ? nothing
                    : html`<button type="button" class="primary small" ?disabled=${under} aria-label="Download ${id}" @click=${() => library.download(id)}>
                          ${under ? 'On its way' : html`${icon('download')}Download`}
                      </button>`}
                <button type="button" class="plain small" aria-label="Does ${id} fit?" @click=${() => library.checkFit(id)}>Does it fit?</button>
                <button type="button" class="quiet small" aria-label="About ${id}" @click=${() => this.#about(id)}>About</button>
            </p>
        </li>`;
    }

    #fit(id) {
        const fit = this.library.state.fits[id];
        if (fit === undefined) {
            return nothing;
        }
        const text = typeof fit !== 'string' ? fitText(fit) : fit === 'asking' ? 'Looking…' : fit;
        return html`<p class="fit" role="status">${text}</p>`;
    }

    #chat(id) {
        chatSettings.update({ model: id });
        router.go('/chat');
    }

    #about(id) {
        this.dispatchEvent(new CustomEvent('model-action', { detail: { what: 'card', id } }));
    }

    #search(event) {
        event.preventDefault();
        const query = this.field('#hub-query').value.trim();
        if (query !== '') {
            this.choice = everything();
            library.search(query);
        }
    }
}

customElements.define('mm-hub-models', HubModels);
