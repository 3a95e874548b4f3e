import { html } from 'lit';
import { status } from '../context.js';
import { MmElement } from '../ui/element.js';
import '../ui/mm-copy-button.js';
import { clientsFor } from './examples.js';

/** Examples for one kind of client at a time. */
class Examples extends MmElement {
    static properties = { secret: { attribute: false }, client: { state: true }, model: { state: true } };

    status = this.follow(status);

    constructor() {
        super();
        /** A key that was just made, to stand in the examples. */
        this.secret = '';
        this.client = 'curl';
        this.model = '';
    }

    render() {
        const { models } = this.status.state;
        const model = this.model || (models[0] ?? 'MODEL');
        const clients = clientsFor(document.baseURI, this.secret || 'YOUR_KEY', model);
        const { examples } = clients.find(({ name }) => name === this.client);
        return html`
            <div class="row">
                <label class="inline" for="example-model">Model</label>
                <select id="example-model" @change=${({ target }) => (this.model = target.value)}>
                    ${models.map((id) => html`<option ?selected=${id === model}>${id}</option>`)}
                </select>
            </div>
            <div class="chips" role="group" aria-label="Client">
                ${clients.map(
                    ({ name }) => html`<button type="button" class="filter-chip" aria-pressed=${name === this.client} @click=${() => (this.client = name)}>${name}</button>`,
                )}
            </div>
            ${examples.map(
                ({ title, text }) => html`<section class="example" aria-label="${this.client}: ${title}">
                    <div class="line"><h4>${title}</h4><mm-copy-button .text=${text}></mm-copy-button></div>
                    <pre tabindex="0"><code>${text}</code></pre>
                </section>`,
            )}
        `;
    }
}

customElements.define('mm-examples', Examples);
