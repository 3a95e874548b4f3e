import { html, nothing } from 'lit';
import { status } from '../context.js';
import { bytes, modelName } from '../lib/format.js';
import { MmElement } from '../ui/element.js';
import './mm-gauge.js';

/** What is in memory, how much of it there is, and what runs it. */
class StatusStrip extends MmElement {
    status = this.follow(status);

    render() {
        const { pool, info, reachable } = this.status.state;
        return html`<section aria-label="Server status">
            ${reachable ? nothing : html`<p class="offline" role="status">The server cannot be reached. Trying again…</p>`}
            ${pool === null ? html`<p class="waiting">Looking at the server…</p>` : this.#pool(pool, info?.engine !== 'none')}
            ${info === null ? nothing : this.#engine(info)}
        </section>`;
    }

    #pool(pool, canLoad) {
        return html`
            <div class="memory">
                <span class="label" id="memory-label">Memory</span>
                <mm-gauge .value=${pool.current_memory_bytes} .limit=${pool.max_memory_bytes} labelledby="memory-label"
                    text="${bytes(pool.current_memory_bytes)} of ${bytes(pool.max_memory_bytes)}"></mm-gauge>
            </div>
            <div class="loaded">
                <span class="label" id="loaded-label">Loaded</span>
                ${pool.loaded_models.length === 0
                    ? html`<span class="none">${canLoad ? 'Nothing yet. The first message loads the model.' : 'Nothing'}</span>`
                    : html`<ul aria-labelledby="loaded-label">${pool.loaded_models.map((model) => this.#model(model))}</ul>`}
            </div>
        `;
    }

    #model(model) {
        const state = model.running > 0 ? 'working' : model.state;
        return html`<li class="chip" data-state=${state} title="${model.model_id}, ${state}">
            <span class="name">${modelName(model.model_id)}</span>
            <span class="size">${bytes(model.size_bytes)}</span>
            <span class="visually-hidden">${state}</span>
        </li>`;
    }

    #engine(info) {
        const parts = [info.backend, info.isa || info.device].filter(Boolean);
        if (info.engine !== 'ready' || parts.length === 0) {
            return nothing;
        }
        return html`<div class="engine" title=${[info.device, info.backend_version].filter(Boolean).join(', ')}>
            <span class="label">Engine</span><span class="value">${parts.join(' · ')}</span>
        </div>`;
    }
}

customElements.define('mm-status-strip', StatusStrip);
