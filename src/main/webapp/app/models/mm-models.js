import { html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { chatSettings, library, router, session } from '../context.js';
import { bytes, count } from '../lib/format.js';
import { MmElement } from '../ui/element.js';
import { icon } from '../ui/icon.js';
import './mm-download.js';

/** Models on this machine and on the hub: find, judge, fetch, use, delete. */
class Models extends MmElement {
    static properties = { tab: { state: true }, filter: { state: true }, doomed: { state: true } };

    library = this.follow(library);
    session = this.follow(session);

    constructor() {
        super();
        this.tab = 'here';
        this.filter = '';
        this.doomed = '';
    }

    connectedCallback() {
        super.connectedCallback();
        library.watch();
    }

    disconnectedCallback() {
        super.disconnectedCallback();
        library.unwatch();
    }

    render() {
        const { downloads, notice } = this.library.state;
        return html`<main class="models">
            <h2>Models</h2>
            ${notice === '' ? nothing : this.#notice(notice)}
            ${downloads.length === 0
                ? nothing
                : html`<div class="downloads">
                      ${repeat(
                          downloads,
                          (each) => each.task_id,
                          (each) => html`<mm-download .download=${each}></mm-download>`,
                      )}
                  </div>`}
            <div class="tabs" role="tablist" aria-label="Where">
                ${this.#tab('here', 'On this machine')} ${this.#tab('hub', 'Hugging Face')}
            </div>
            <div role="tabpanel" id="panel-${this.tab}" aria-labelledby="tab-${this.tab}">
                ${this.tab === 'here' ? this.#here() : this.#hub()}
            </div>
            ${this.#confirmation()}
        </main>`;
    }

    updated() {
        const dialog = /** @type {HTMLDialogElement | null} */ (this.querySelector('dialog'));
        if (dialog !== null && !dialog.open) {
            dialog.showModal();
        }
    }

    #notice(text) {
        return html`<p class="notice" role="alert">
            <span>${text}</span>
            <button type="button" class="quiet square" aria-label="Dismiss" @click=${() => library.dismiss()}>${icon('close')}</button>
        </p>`;
    }

    #tab(name, label) {
        const chosen = this.tab === name;
        return html`<button type="button" role="tab" id="tab-${name}" class="quiet" aria-selected=${chosen} aria-controls="panel-${name}"
            tabindex=${chosen ? 0 : -1} @click=${() => this.#choose(name)} @keydown=${this.#tabKey}>${label}</button>`;
    }

    async #choose(name) {
        this.tab = name;
        await this.updateComplete;
        this.focusOn(`#tab-${name}`);
    }

    #tabKey({ key }) {
        if (key === 'ArrowLeft' || key === 'ArrowRight') {
            this.#choose(this.tab === 'here' ? 'hub' : 'here');
        }
    }

    #here() {
        const { local, localError } = this.library.state;
        if (local === null) {
            return html`<p class="empty" role="status">${localError || 'Looking for models…'}</p>`;
        }
        const wanted = this.filter.trim().toLowerCase();
        const shown = local.filter((model) => model.model_id.toLowerCase().includes(wanted));
        return html`
            <label class="visually-hidden" for="local-filter">Filter the models on this machine</label>
            <input id="local-filter" placeholder="Filter" .value=${this.filter} @input=${({ target }) => (this.filter = target.value)} />
            ${shown.length === 0
                ? html`<p class="empty">${local.length === 0 ? 'No models yet. Find one on Hugging Face.' : 'None of them is called that.'}</p>`
                : html`<ul class="cards">
                      ${repeat(
                          shown,
                          (model) => model.model_id,
                          (model) => this.#localCard(model),
                      )}
                  </ul>`}
        `;
    }

    #localCard(model) {
        const { model_type: family, quantization_bits: bits, max_position_embeddings: context } = model.characteristics ?? {};
        return html`<li class="card">
            ${this.#title(model.model_id)}
            <p class="badges">
                ${badge(family)} ${badge(bits ? `${bits} bit` : null)} ${badge(bytes(model.size_bytes))}
                ${badge(context ? `${count(context, 'token')} context` : null)}
                ${model.supported ? nothing : html`<span class="badge bad">not supported</span>`}
            </p>
            <p class="path" title=${model.local_path}>${model.local_path}</p>
            <p class="actions">
                ${model.supported
                    ? html`<button type="button" class="primary small" @click=${() => this.#chat(model.model_id)}>Chat</button>`
                    : nothing}
                ${this.session.state.user?.is_admin
                    ? html`<button type="button" class="plain small" aria-label="Delete ${model.model_id}" @click=${() => (this.doomed = model.model_id)}>
                          Delete
                      </button>`
                    : nothing}
            </p>
        </li>`;
    }

    #hub() {
        const { hits, searching, searchError, query } = this.library.state;
        return html`
            <form role="search" @submit=${this.#search}>
                <label class="visually-hidden" for="hub-query">Search Hugging Face for MLX models</label>
                <input id="hub-query" name="query" placeholder="Search MLX models, such as qwen3" .value=${query} required />
                <button class="primary" ?disabled=${searching}>${searching ? html`<span class="spinner"></span>` : nothing}Search</button>
            </form>
            ${searchError === '' ? nothing : html`<p class="notice" role="alert">${searchError}</p>`}
            ${hits === null
                ? html`<p class="empty">Models are fetched into the cache that the Hugging Face tools share.</p>`
                : hits.length === 0
                  ? html`<p class="empty" role="status">Nothing found for “${query}”.</p>`
                  : html`<ul class="cards">
                        ${repeat(
                            hits,
                            (hit) => hit.model_id,
                            (hit) => this.#hit(hit),
                        )}
                    </ul>`}
        `;
    }

    #hit(hit) {
        const size = hit.estimated_size_bytes;
        const under = this.library.state.downloads.some((each) => each.model_id === hit.model_id);
        return html`<li class="card">
            ${this.#title(hit.model_id)}
            <p class="badges">
                ${badge(size === null ? null : bytes(size))} ${badge(count(hit.downloads, 'download'))}
                ${hit.gated ? html`<span class="badge">gated</span>` : nothing}
                ${hit.supported === false ? html`<span class="badge bad">not supported</span>` : nothing}
                ${hit.is_downloaded ? html`<span class="badge good">on this machine</span>` : nothing}
            </p>
            ${this.#fit(hit.model_id)}
            <p class="actions">
                ${hit.is_downloaded || hit.supported === false
                    ? nothing
                    : html`<button type="button" class="primary small" ?disabled=${under} aria-label="Download ${hit.model_id}"
                          @click=${() => library.download(hit.model_id)}>
                          ${under ? 'On its way' : 'Download'}
                      </button>`}
                <button type="button" class="plain small" aria-label="Does ${hit.model_id} fit?" @click=${() => library.checkFit(hit.model_id)}>
                    Does it fit?
                </button>
            </p>
        </li>`;
    }

    #fit(id) {
        const fit = this.library.state.fits[id];
        if (fit === undefined) {
            return nothing;
        }
        if (typeof fit === 'string') {
            return html`<p class="fit" role="status">${fit === 'asking' ? 'Looking…' : fit}</p>`;
        }
        return html`<p class="fit" role="status">${fitText(fit)}</p>`;
    }

    #title(id) {
        const slash = id.lastIndexOf('/') + 1;
        return html`<h3 title=${id}><span class="owner">${id.slice(0, slash)}</span>${id.slice(slash)}</h3>`;
    }

    #confirmation() {
        if (this.doomed === '') {
            return nothing;
        }
        const close = () => (this.doomed = '');
        return html`<dialog aria-labelledby="doomed-title" @close=${close}>
            <h3 id="doomed-title">Delete this model?</h3>
            <p>The files of <strong>${this.doomed}</strong> are removed from this machine.</p>
            <p class="actions">
                <button type="button" class="plain" autofocus @click=${close}>Keep it</button>
                <button type="button" class="primary" @click=${this.#delete}>Delete</button>
            </p>
        </dialog>`;
    }

    #delete() {
        const id = this.doomed;
        this.doomed = '';
        library.remove(id);
    }

    #search(event) {
        event.preventDefault();
        const query = this.field('#hub-query').value.trim();
        if (query !== '') {
            library.search(query);
        }
    }

    #chat(id) {
        chatSettings.update({ model: id });
        router.go('/');
    }
}

function badge(text) {
    return text ? html`<span class="badge">${text}</span>` : nothing;
}

/** @param {import('./library.js').Fit} fit @returns {string} */
function fitText(fit) {
    if (!fit.supported) {
        return fit.reason ?? 'This model is not supported.';
    }
    if (!fit.fits) {
        return `Too large now: ${bytes(fit.weight_bytes)} of weights, room for ${bytes(fit.room_bytes)}.`;
    }
    const context =
        fit.longest_context >= fit.context_length
            ? `Fits with its whole context of ${count(fit.context_length, 'token')}.`
            : `Fits with a context of ${count(fit.longest_context, 'token')} of ${count(fit.context_length, 'token')}.`;
    return fit.ignored_parts.length ? `${context} Text only: its ${fit.ignored_parts.join(' and ')} part is not used.` : context;
}

customElements.define('mm-models', Models);
