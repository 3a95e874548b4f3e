import { html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { library } from '../context.js';
import { confirmation } from '../ui/dialog.js';
import { MmElement } from '../ui/element.js';
import '../ui/mm-notice.js';
import './mm-download.js';
import './mm-hub-models.js';
import './mm-import.js';
import './mm-local-models.js';
import './mm-probe.js';

/** Models on this machine and on the hub, what is on its way from there, and the dialogs about one of them. */
class Models extends MmElement {
    static properties = { tab: { state: true }, dialog: { state: true } };

    library = this.follow(library);

    constructor() {
        super();
        this.tab = 'here';
        /** @type {{what: '' | 'delete' | 'probe' | 'import', id: string}} */
        this.dialog = { what: '', id: '' };
    }

    connectedCallback() {
        super.connectedCallback();
        library.watch();
    }

    disconnectedCallback() {
        super.disconnectedCallback();
        library.unwatch();
    }

    render() {
        const { downloads, notice } = this.library.state;
        return html`<main class="page">
            <h2>Models</h2>
            <mm-notice .text=${notice} @dismiss=${() => library.dismiss()}></mm-notice>
            ${downloads.length === 0
                ? nothing
                : html`<div class="downloads">
                      ${repeat(
                          downloads,
                          (each) => each.task_id,
                          (each) => html`<mm-download .download=${each}></mm-download>`,
                      )}
                  </div>`}
            <div class="tabs" role="tablist" aria-label="Where">
                ${this.#tab('here', 'On this machine')} ${this.#tab('hub', 'Hugging Face')}
            </div>
            <div role="tabpanel" id="panel-${this.tab}" aria-labelledby="tab-${this.tab}">
                ${this.tab === 'here'
                    ? html`<mm-local-models @model-action=${({ detail }) => (this.dialog = detail)}></mm-local-models>`
                    : html`<mm-hub-models></mm-hub-models>`}
            </div>
            ${this.#dialog()}
        </main>`;
    }

    #tab(name, label) {
        const chosen = this.tab === name;
        return html`<button type="button" role="tab" id="tab-${name}" class="quiet" aria-selected=${chosen} aria-controls=${chosen ? `panel-${name}` : nothing}
            tabindex=${chosen ? 0 : -1} @click=${() => this.#choose(name)} @keydown=${this.#tabKey}>${label}</button>`;
    }

    async #choose(name) {
        this.tab = name;
        await this.updateComplete;
        this.focusOn(`#tab-${name}`);
    }

    #tabKey({ key }) {
        if (key === 'ArrowLeft' || key === 'ArrowRight') {
            this.#choose(this.tab === 'here' ? 'hub' : 'here');
        }
    }

    #dialog() {
        const { what, id } = this.dialog;
        const close = () => (this.dialog = { what: '', id: '' });
        if (what === 'delete') {
            return confirmation(
                { title: 'Delete this model?', keep: 'Keep it', act: 'Delete', done: () => library.remove(id), close },
                html`The files of <strong>${id}</strong> are removed from this machine.`,
            );
        }
        if (what === 'probe') {
            return html`<mm-probe .modelId=${id} @leave=${close}></mm-probe>`;
        }
        return what === 'import' ? html`<mm-import @leave=${close}></mm-import>` : nothing;
    }
}

customElements.define('mm-models', Models);
