import { html } from 'lit';
import { chatSettings, status } from '../context.js';
import { modelName } from '../lib/format.js';
import { MmElement } from '../ui/element.js';

/** Which model answers next; a mark shows the ones that are in memory already. */
class ModelPicker extends MmElement {
    settings = this.follow(chatSettings);
    status = this.follow(status);

    render() {
        const { models, modelsKnown, pool } = this.status.state;
        const { model } = this.settings.state;
        const loaded = new Set(pool?.loaded_models.map((each) => each.model_id));
        return html`<label class="visually-hidden" for="model">Model</label>
            <select id="model" ?disabled=${models.length === 0} title=${model} @change=${this.#choose}>
                ${models.length === 0
                    ? html`<option>${modelsKnown ? 'No models' : 'Loading…'}</option>`
                    : models.map(
                          (id) => html`<option value=${id} ?selected=${id === model}>
                              ${modelName(id)}${loaded.has(id) ? ' •' : ''}
                          </option>`,
                      )}
            </select>`;
    }

    #choose({ target }) {
        chatSettings.update({ model: target.value });
    }
}

customElements.define('mm-model-picker', ModelPicker);
