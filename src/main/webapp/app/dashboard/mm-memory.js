import { html, nothing } from 'lit';
import { status } from '../context.js';
import { bytes } from '../lib/format.js';
import { MmElement } from '../ui/element.js';

/** What the models take of the memory they may have: weights, caches, and what is free. */
class Memory extends MmElement {
    status = this.follow(status);

    render() {
        const { pool } = this.status.state;
        return html`<h3 id="memory-title">Memory for models</h3>
            ${pool === null
                ? html`<p class="figure">–</p>`
                : html`<p class="figure">${bytes(pool.current_memory_bytes)} <span class="of">of ${bytes(pool.max_memory_bytes)}</span></p>
                      <div class="stack" role="meter" aria-labelledby="memory-title" aria-valuemin="0" aria-valuemax=${pool.max_memory_bytes}
                          aria-valuenow=${pool.current_memory_bytes} aria-valuetext="${bytes(pool.current_memory_bytes)} of ${bytes(pool.max_memory_bytes)}">
                          <div class="weights"></div>
                          <div class="caches"></div>
                      </div>
                      <dl class="legend">
                          ${part('weights', 'Weights', pool.weight_bytes)} ${part('caches', 'Caches', pool.cache_bytes)}
                          ${part('free', 'Free', Math.max(0, pool.max_memory_bytes - pool.current_memory_bytes))}
                      </dl>`}`;
    }

    /** Widths go through the object model: the page's policy allows no style in markup. */
    updated() {
        const { pool } = this.status.state;
        if (pool !== null && pool.max_memory_bytes > 0) {
            this.style.setProperty('--weights', String(Math.min(1, pool.weight_bytes / pool.max_memory_bytes)));
            this.style.setProperty('--caches', String(Math.min(1, pool.cache_bytes / pool.max_memory_bytes)));
        }
    }
}

function part(name, label, value) {
    return html`<div class=${name}>
        <dt>${label}</dt>
        <dd>${bytes(value)}</dd>
    </div>`;
}

customElements.define('mm-memory', Memory);
