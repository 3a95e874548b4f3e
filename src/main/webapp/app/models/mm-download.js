import { html, nothing } from 'lit';
import { library } from '../context.js';
import { bytes, duration, modelName } from '../lib/format.js';
import { MmElement } from '../ui/element.js';
import '../dashboard/mm-gauge.js';

/** One download: how far it is, how fast, how long still, and what can be done about it. */
class DownloadTile extends MmElement {
    static properties = { download: { attribute: false } };

    constructor() {
        super();
        this.download = null;
    }

    render() {
        const { task_id: task, model_id: id, status, downloaded_bytes: done, total_bytes: total } = this.download;
        const paused = status === 'paused';
        return html`<section class="download" aria-label="Download of ${id}">
            <div class="line">
                <strong id="download-${task}" title=${id}>${modelName(id)}</strong>
                <span class="figures">${this.#figures()}</span>
            </div>
            <mm-gauge .value=${done} .limit=${total || 1} labelledby="download-${task}" text="${bytes(done)} of ${total ? bytes(total) : 'unknown size'}"></mm-gauge>
            <div class="line">
                <span class="actions">
                    <button type="button" class="plain small" @click=${() => library.change(this.download, paused ? 'resume' : 'pause')}>
                        ${paused ? 'Resume' : 'Pause'}
                    </button>
                    <button type="button" class="plain small" @click=${() => library.change(this.download, 'cancel')}>Cancel</button>
                </span>
            </div>
        </section>`;
    }

    #figures() {
        const { status, bytes_per_second: speed, eta_seconds: left } = this.download;
        if (status !== 'downloading') {
            return html`<span class="state">${status}</span>`;
        }
        return html`${speed > 0 ? `${bytes(speed)}/s` : nothing}${left === null ? nothing : ` · ${duration(left * 1000)} left`}`;
    }
}

customElements.define('mm-download', DownloadTile);
