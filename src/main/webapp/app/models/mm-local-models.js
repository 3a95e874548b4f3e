import { html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { chatSettings, library, router, session, status } from '../context.js';
import { bytes, count } from '../lib/format.js';
import { MmElement } from '../ui/element.js';
import { icon } from '../ui/icon.js';
import { chosen, everything, traitsOfLocal } from './filters.js';
import { badge, title } from './labels.js';
import './mm-filter-chips.js';

/** The models on this machine. What needs a dialog is told as `model-action`. */
class LocalModels extends MmElement {
    static properties = { filter: { state: true }, choice: { state: true } };

    library = this.follow(library);
    session = this.follow(session);
    status = this.follow(status);

    constructor() {
        super();
        this.filter = '';
        this.choice = everything();
    }

    render() {
        const { local, localError } = this.library.state;
        if (local === null) {
            return html`<p class="empty" role="status">${localError || 'Looking for models…'}</p>`;
        }
        const room = this.status.state.pool?.max_memory_bytes ?? 0;
        const wanted = this.filter.trim().toLowerCase();
        const all = local.map((model) => ({ model, traits: traitsOfLocal(model) }));
        const shown = all.filter(({ model, traits }) => model.model_id.toLowerCase().includes(wanted) && chosen(traits, this.choice, room));
        return html`
            <div class="row tools">
                <label class="visually-hidden" for="local-filter">Filter the models on this machine</label>
                <input id="local-filter" type="search" placeholder="Filter" .value=${this.filter} @input=${({ target }) => (this.filter = target.value)} />
                ${this.#admin() ? html`<button type="button" class="plain" @click=${this.#tell('import', '')}>${icon('plus')}Import</button>` : nothing}
            </div>
            <mm-filter-chips .traits=${all.map(({ traits }) => traits)} .choice=${this.choice} .room=${room}
                @choose=${({ detail }) => (this.choice = detail)}></mm-filter-chips>
            ${shown.length === 0
                ? html`<p class="empty">${local.length === 0 ? 'No models yet. Find one on Hugging Face.' : 'None of them is like that.'}</p>`
                : html`<ul class="cards">
                      ${repeat(
                          shown,
                          ({ model }) => model.model_id,
                          ({ model, traits }) => this.#card(model, traits),
                      )}
                  </ul>`}
        `;
    }

    #card(model, { family, bits, capabilities }) {
        const { max_position_embeddings: context } = model.characteristics ?? {};
        const id = model.model_id;
        return html`<li class="card">
            ${title(id)}
            <p class="badges">
                ${badge(family)} ${badge(bits)} ${badge(bytes(model.size_bytes))}
                ${badge(context && `${count(context, 'token')} context`)}
                ${capabilities.map((each) => badge(each, 'able'))}
                ${model.supported ? nothing : badge('not supported', 'bad')}
            </p>
            <p class="path" title=${model.local_path}>${model.local_path}</p>
            <p class="actions">${model.supported ? this.#use(id, model.capabilities === null) : nothing}
                <button type="button" class="quiet small" aria-label="About ${id}" @click=${this.#tell('card', id)}>About</button>
                ${this.#admin()
                    ? html`<button type="button" class="quiet small" aria-label="Delete ${id}" @click=${this.#tell('delete', id)}>Delete</button>`
                    : nothing}
            </p>
        </li>`;
    }

    #use(id, unprobed) {
        return html`
            <button type="button" class="primary small" @click=${() => this.#chat(id)}>Chat</button>
            <button type="button" class="plain small" aria-label="Probe ${id}" title="Ask the model what it can do" @click=${this.#tell('probe', id)}>
                ${unprobed ? 'Probe' : 'Probe again'}
            </button>
            <a class="button quiet small" href="/profiles/new?model=${encodeURIComponent(id)}" aria-label="New profile with ${id}"
                @click=${(event) => router.follow(event)}>New profile</a>
        `;
    }

    #admin() {
        return this.session.state.user?.is_admin ?? false;
    }

    #tell(what, id) {
        return () => this.dispatchEvent(new CustomEvent('model-action', { detail: { what, id } }));
    }

    #chat(id) {
        chatSettings.update({ model: id });
        router.go('/chat');
    }
}

customElements.define('mm-local-models', LocalModels);
