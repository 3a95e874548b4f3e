import { html, nothing } from 'lit';
import { activity, chatSettings, residents, router } from '../context.js';
import { bytes, modelName, rate } from '../lib/format.js';
import { MmElement } from '../ui/element.js';
import { icon } from '../ui/icon.js';

const STATES = { loading: 'Loading…', ready: 'Ready', unloading: 'Stopping…' };

/** A model in memory: what it does, and the buttons to chat with it, keep it and let go of it. */
class Resident extends MmElement {
    static properties = { model: { attribute: false } };

    activity = this.follow(activity);
    residents = this.follow(residents);

    constructor() {
        super();
        /** @type {import('./status.js').LoadedModel} */
        this.model = undefined;
    }

    render() {
        const { model } = this;
        const id = model.model_id;
        const busy = this.residents.state.busy[id] !== undefined;
        const working = model.state === 'ready' && model.running > 0;
        const speed = this.activity.state.samples.at(-1)?.models?.[id] ?? 0;
        return html`<article class="card resident" aria-labelledby="resident-${id}">
            <div class="line">
                <h3 id="resident-${id}"><span class="owner">${id.slice(0, -modelName(id).length)}</span>${modelName(id)}</h3>
                <span class="chip" data-state=${working ? 'working' : model.state}>${working ? 'Answering' : STATES[model.state]}</span>
            </div>
            <p class="badges">
                <span class="badge">${bytes(model.size_bytes)}</span>
                <span class="badge">${model.model_type}</span>
                <span class="badge">${model.context_length.toLocaleString('en-US')} tokens</span>
                ${model.preloaded ? html`<span class="badge good">pinned</span>` : nothing}
            </p>
            ${model.state === 'loading'
                ? html`<div class="progress"><progress max="100" .value=${model.progress ?? 0} aria-label="Loading ${id}"></progress><span>${model.progress} %</span></div>`
                : this.#figures(speed)}
            <div class="actions">
                <button type="button" class="plain" ?disabled=${model.state !== 'ready'} aria-label="Chat with ${id}" @click=${this.#chat}>Chat</button>
                <button type="button" class="plain" ?disabled=${busy || model.state === 'unloading'} aria-pressed=${model.preloaded}
                    aria-label="${model.preloaded ? 'Unpin' : 'Pin'} ${id}" title="A pinned model stays in memory until it is unpinned or the server stops"
                    @click=${() => this.residents.pin(id, !model.preloaded)}>
                    ${icon('pin')}${model.preloaded ? 'Unpin' : 'Pin'}
                </button>
                <button type="button" class="plain" ?disabled=${busy || model.state === 'unloading'} aria-label="Stop ${id}"
                    @click=${() => this.residents.unload(id)}>
                    ${icon('stop')}Stop
                </button>
            </div>
        </article>`;
    }

    #figures(speed) {
        const { answering, waiting } = this.model;
        return html`<dl class="counts">
            <div><dt>Answering</dt><dd>${answering}</dd></div>
            <div><dt>Waiting</dt><dd>${waiting}</dd></div>
            <div><dt>Speed</dt><dd>${speed > 0 ? rate(speed) : '–'}</dd></div>
        </dl>`;
    }

    #chat() {
        chatSettings.update({ model: this.model.model_id });
        router.go('/chat');
    }
}

customElements.define('mm-resident', Resident);
