import { html, nothing } from 'lit';
import { chatSettings, residents, status } from '../context.js';
import { askedName, bytes } from '../lib/format.js';
import { MmElement } from '../ui/element.js';

/** Which model or profile answers next, and whether it is in memory; loads it ahead of the first question on request. */
class ModelPicker extends MmElement {
    settings = this.follow(chatSettings);
    status = this.follow(status);
    residents = this.follow(residents);

    render() {
        const { offers, modelsKnown } = this.status.state;
        const { model } = this.settings.state;
        return html`<label class="visually-hidden" for="model">Model</label>
            <select id="model" ?disabled=${offers.length === 0} title=${model} @change=${this.#choose}>
                ${offers.length === 0
                    ? html`<option>${modelsKnown ? 'No models' : 'Loading…'}</option>`
                    : [this.#group('Profiles', 'profile', model), this.#group('Models', 'model', model)]}
            </select>
            ${model === '' ? nothing : this.#state(model)}`;
    }

    #group(label, kind, chosen) {
        const group = this.status.state.offers.filter((offer) => offer.kind === kind);
        const options = group.map(
            ({ id }) => html`<option value=${id} ?selected=${id === chosen}>${askedName(id)}${this.status.loaded(id)?.state === 'ready' ? ' •' : ''}</option>`,
        );
        return group.length === 0 ? nothing : html`<optgroup label=${label}>${options}</optgroup>`;
    }

    #state(model) {
        const loaded = this.status.loaded(model);
        const { busy, error } = this.residents.state;
        if (loaded?.state === 'ready') {
            return html`<span class="memory-state ready" title="${bytes(loaded.size_bytes)} in memory"><span class="wide">In memory</span></span>`;
        }
        if (loaded?.state === 'loading' || busy[model] === 'loading') {
            return html`<span class="memory-state" role="status"><span class="spinner"></span><span class="wide">${loaded === undefined ? 'Waiting…' : `Loading, ${loaded.progress} %`}</span></span>`;
        }
        return html`<button type="button" class="quiet load" title="Brings the model into memory now; the first question would do it too"
                ?disabled=${this.status.state.info?.engine === 'none'} @click=${() => this.residents.load(model)}>
                Load
            </button>
            ${error === '' ? nothing : html`<span class="error" role="alert" title=${error}>${error}</span>`}`;
    }

    #choose({ target }) {
        this.residents.dismiss();
        chatSettings.update({ model: target.value });
    }
}

customElements.define('mm-model-picker', ModelPicker);
