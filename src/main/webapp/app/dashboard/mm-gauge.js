import { html } from 'lit';
import { MmElement } from '../ui/element.js';

const NEARLY_FULL = 0.85;

/** A share of a limit, as a bar and in words. */
class Gauge extends MmElement {
    static properties = {
        value: { attribute: false },
        limit: { attribute: false },
        text: {},
        labelledby: {},
    };

    constructor() {
        super();
        this.value = 0;
        this.limit = 0;
        this.text = '';
        this.labelledby = '';
    }

    render() {
        return html`<div class="bar" role="meter" aria-labelledby=${this.labelledby} aria-valuemin="0"
                aria-valuemax=${this.limit} aria-valuenow=${this.value} aria-valuetext=${this.text}>
                <div class="fill"></div>
            </div>
            <span class="value">${this.text}</span>`;
    }

    updated() {
        const share = this.limit > 0 ? Math.min(Math.max(this.value / this.limit, 0), 1) : 0;
        this.style.setProperty('--share', String(share));
        this.toggleAttribute('in-use', share > 0);
        this.toggleAttribute('nearly-full', share > NEARLY_FULL);
    }
}

customElements.define('mm-gauge', Gauge);
