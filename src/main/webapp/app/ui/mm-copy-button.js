import { html } from 'lit';
import { MmElement } from './element.js';
import { icon } from './icon.js';

const SHOWN_FOR = 1_600;

/**
 * Copies `text`, which may be a string or a function that gives one, and says so.
 */
export class CopyButton extends MmElement {
    static properties = { text: { attribute: false }, label: {}, state: { state: true } };

    constructor() {
        super();
        /** @type {string | (() => string)} */
        this.text = '';
        this.label = 'Copy';
        this.state = '';
    }

    disconnectedCallback() {
        super.disconnectedCallback();
        clearTimeout(this.timer);
    }

    render() {
        const said = { copied: 'Copied', failed: 'Not allowed by the browser' }[this.state] ?? this.label;
        return html`<button type="button" class="quiet small" @click=${this.#copy} title=${said} aria-label=${said}>
            ${icon(this.state === 'copied' ? 'check' : 'copy')}<span aria-live="polite">${said}</span>
        </button>`;
    }

    async #copy() {
        const text = typeof this.text === 'function' ? this.text() : this.text;
        this.state = (await copied(text)) ? 'copied' : 'failed';
        clearTimeout(this.timer);
        this.timer = setTimeout(() => (this.state = ''), SHOWN_FOR);
    }
}

/** The clipboard API exists on https and localhost only; a server in the corner is often neither. */
async function copied(text) {
    try {
        await navigator.clipboard.writeText(text);
        return true;
    } catch {
        const area = document.createElement('textarea');
        area.value = text;
        area.className = 'off-screen';
        document.body.append(area);
        area.select();
        const done = document.execCommand('copy');
        area.remove();
        return done;
    }
}

customElements.define('mm-copy-button', CopyButton);
