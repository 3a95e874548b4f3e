import { html, nothing } from 'lit';
import { uploads } from '../context.js';
import { bytes, duration, modelName } from '../lib/format.js';
import { MmElement } from '../ui/element.js';
import '../dashboard/mm-gauge.js';

/** One model on its way from this browser: how far it is, how fast, and the way to end it. */
class UploadTile extends MmElement {
    static properties = { upload: { attribute: false } };

    constructor() {
        super();
        /** @type {import('./uploads.js').Upload} */
        this.upload = undefined;
    }

    render() {
        const { id, model_id: model, sent, total, state, error } = this.upload;
        return html`<section class="download" aria-label="Upload of ${model}">
            <div class="line">
                <strong id="upload-${id}" title=${model}>${modelName(model)}</strong>
                <span class="figures">${this.#figures()}</span>
            </div>
            <mm-gauge .value=${sent} .limit=${total || 1} labelledby="upload-${id}" text="${bytes(sent)} of ${bytes(total)}"></mm-gauge>
            ${error ? html`<p class="fault" role="alert">${error}</p>` : nothing}
            <div class="line">
                <span class="actions">
                    <button type="button" class="plain small" ?disabled=${state === 'checking'} @click=${() => uploads.cancel(id)}>
                        ${state === 'failed' ? 'Dismiss' : 'Cancel'}
                    </button>
                </span>
            </div>
        </section>`;
    }

    #figures() {
        const { state, sent, total, bytesPerSecond: speed } = this.upload;
        if (state !== 'sending') {
            return html`<span class="state">${state === 'checking' ? 'checking' : 'not imported'}</span>`;
        }
        return speed > 0 ? html`from this computer · ${bytes(speed)}/s · ${duration(((total - sent) / speed) * 1000)} left` : nothing;
    }
}

customElements.define('mm-upload', UploadTile);
