import { html, nothing } from 'lit';
import { api, library, router } from '../context.js';
import { closeDialog, dialog } from '../ui/dialog.js';
import { MmElement } from '../ui/element.js';
import { icon } from '../ui/icon.js';
import '../ui/mm-copy-button.js';
import '../ui/mm-markdown.js';
import { ProbeRun } from './probe.js';

const MARKS = { completed: 'check', failed: 'warning', skipped: 'skip' };

/** The dialog in which a model is asked what it can do. Closing it ends the probe. */
class Probe extends MmElement {
    static properties = { modelId: { attribute: false } };

    constructor() {
        super();
        this.modelId = '';
        /** @type {ProbeRun | null} */
        this.probe = null;
    }

    connectedCallback() {
        super.connectedCallback();
        this.probe = this.follow(new ProbeRun(api, this.modelId));
        this.#run();
    }

    disconnectedCallback() {
        super.disconnectedCallback();
        this.probe.leave();
    }

    render() {
        const { phase, place, steps, report, error } = this.probe.state;
        const over = phase === 'done' || phase === 'failed';
        return dialog(
            { title: html`What can ${this.modelId} do?`, wide: true, close: () => this.dispatchEvent(new Event('leave')) },
            html`<div class="probe" aria-busy=${!over}>
                <p class="hint" role="status">${this.#status(phase, place, error)}</p>
                <ol>${steps.map((step) => this.#step(step))}</ol>
                ${report === '' ? nothing : this.#report(report)}
                <p class="actions">
                    ${report === '' ? nothing : html`<mm-copy-button .text=${report} label="Copy the report"></mm-copy-button>`}
                    ${over ? html`<button type="button" class="plain" @click=${this.#run}>Again</button>` : nothing}
                    ${phase === 'done'
                        ? html`<button type="button" class="plain" @click=${this.#profile}>New profile with it</button>`
                        : nothing}
                    <button type="button" class="primary" autofocus @click=${closeDialog}>${over ? 'Close' : 'Stop'}</button>
                </p>
            </div>`,
        );
    }

    #status(phase, place, error) {
        if (phase === 'failed') {
            return html`<span class="fault">${error}</span>`;
        }
        if (phase === 'waiting') {
            return place > 0 ? `Another model is being asked; ${place} before this one.` : 'Beginning…';
        }
        return phase === 'done' ? 'Done. What was found is kept and shown with the model.' : 'The model is loaded and asked a few questions. This can take a while.';
    }

    #step({ words, status, found, error, notes }) {
        return html`<li data-status=${status}>
            <span class="mark-of-step">
                ${status === 'running' ? html`<span class="spinner"></span>` : icon(/** @type {any} */ (MARKS[status] ?? 'check'))}
                <span class="visually-hidden">${status}</span>
            </span>
            <span>${words}${found === '' ? nothing : html`<span class="found">${found}</span>`}
                ${error === '' ? nothing : html`<span class="fault">${error}</span>`}
                ${notes.map(({ level, message }) => html`<span class="note" data-level=${level}>${message}</span>`)}
            </span>
        </li>`;
    }

    #report(report) {
        return html`<details class="report"><summary>Report</summary><mm-markdown .text=${report} .done=${true}></mm-markdown></details>`;
    }

    async #run() {
        await this.probe.run();
        library.refresh().catch(() => {});
    }

    #profile(event) {
        closeDialog(event);
        router.go(`/profiles/new?model=${encodeURIComponent(this.modelId)}`);
    }
}

customElements.define('mm-probe', Probe);
