import { html } from 'lit';
import { MmElement } from './element.js';
import { icon } from './icon.js';

/** What went wrong, until it is dismissed; the place stays in the page, so that readers of screens hear it. */
class Notice extends MmElement {
    static properties = { text: {}, kind: {} };

    constructor() {
        super();
        this.text = '';
        /** @type {'bad' | 'good'} */
        this.kind = 'bad';
    }

    render() {
        return html`<div role=${this.kind === 'bad' ? 'alert' : 'status'}>
            ${this.text === ''
                ? ''
                : html`<p class="notice ${this.kind}">
                      <span>${this.text}</span>
                      <button type="button" class="quiet square" aria-label="Dismiss" @click=${() => this.dispatchEvent(new Event('dismiss'))}>
                          ${icon('close')}
                      </button>
                  </p>`}
        </div>`;
    }
}

customElements.define('mm-notice', Notice);
