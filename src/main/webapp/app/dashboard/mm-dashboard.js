import { html, nothing } from 'lit';
import { activity, residents, status } from '../context.js';
import { bytes, rate } from '../lib/format.js';
import { MmElement } from '../ui/element.js';
import { icon } from '../ui/icon.js';
import './mm-live-chart.js';
import './mm-load-model.js';
import './mm-memory.js';
import './mm-recent-requests.js';
import './mm-resident.js';

/** What the server is doing: memory, speed, processors, the models in memory, one's own latest requests. */
class Dashboard extends MmElement {
    status = this.follow(status);
    activity = this.follow(activity);
    residents = this.follow(residents);

    render() {
        const { reachable, pool } = this.status.state;
        return html`<main class="dashboard">
            <h2 class="visually-hidden">Dashboard</h2>
            ${reachable ? nothing : html`<p class="banner warning" role="status">${icon('warning')}The server cannot be reached. Trying again…</p>`}
            <div class="tiles">
                <mm-memory class="tile"></mm-memory>
                ${this.#speed()} ${this.#processor()}
            </div>
            <section aria-labelledby="residents-title">
                <div class="head">
                    <h2 id="residents-title">Models in memory</h2>
                    <mm-load-model></mm-load-model>
                </div>
                ${this.#error()} ${pool === null ? html`<p class="hint">Looking at the server…</p>` : this.#models(pool)}
            </section>
            <mm-recent-requests></mm-recent-requests>
        </main>`;
    }

    #speed() {
        const { samples } = this.activity.state;
        const now = samples.at(-1);
        const working = now === undefined ? '' : [count(now.answering, 'answering'), count(now.waiting, 'waiting')].join(', ');
        return html`<section class="tile" aria-labelledby="speed-title">
            <h3 id="speed-title">Speed</h3>
            <p class="figure">${now?.tokens_per_second ? rate(now.tokens_per_second) : '0 tokens/s'}</p>
            <mm-live-chart label="Tokens per second" .samples=${samples} .value=${(sample) => sample.tokens_per_second} .least=${10}></mm-live-chart>
            <p class="hint">${working || nothing}</p>
        </section>`;
    }

    #processor() {
        const { samples } = this.activity.state;
        const now = samples.at(-1);
        return html`<section class="tile" aria-labelledby="cpu-title">
            <h3 id="cpu-title">Processor</h3>
            <p class="figure">${now === undefined ? '–' : `${Math.round(now.cpu_percent)} %`}</p>
            <mm-live-chart label="Processor load in percent" .samples=${samples} .value=${(sample) => sample.cpu_percent} .least=${100}></mm-live-chart>
            <p class="hint">
                ${now === undefined ? nothing : html`${now.processors} cores · server ${Math.round(now.server_cpu_percent)} % · memory ${bytes(now.machine_used_bytes)} of
                ${bytes(now.machine_total_bytes)}`}
            </p>
        </section>`;
    }

    #error() {
        const { error } = this.residents.state;
        return error === ''
            ? nothing
            : html`<div class="failure" role="alert">
                  ${icon('warning')}<p>${error}</p>
                  <button type="button" class="plain" @click=${() => this.residents.dismiss()}>Close</button>
              </div>`;
    }

    #models(pool) {
        if (pool.loaded_models.length === 0) {
            return html`<p class="nobody">Nothing is loaded. A model comes into memory with the first request for it, or when you load it here.</p>`;
        }
        return html`<ul class="cards">
            ${pool.loaded_models.map((model) => html`<li><mm-resident .model=${model}></mm-resident></li>`)}
        </ul>`;
    }
}

function count(number, what) {
    return `${number} ${what}`;
}

customElements.define('mm-dashboard', Dashboard);
