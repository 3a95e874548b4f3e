import { html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { library, session, uploads } from '../context.js';
import { confirmation } from '../ui/dialog.js';
import { MmElement } from '../ui/element.js';
import '../ui/mm-notice.js';
import { droppedFiles } from './files.js';
import './mm-card.js';
import './mm-download.js';
import './mm-hub-models.js';
import './mm-import.js';
import './mm-local-models.js';
import './mm-probe.js';
import './mm-upload.js';

/**
 * Models on this machine and on the hub, what is on its way from there and from this browser, and the dialogs about one of
 * them. An administrator may drop a model anywhere on it.
 */
class Models extends MmElement {
    static properties = { tab: { state: true }, dialog: { state: true } };

    library = this.follow(library);
    uploads = this.follow(uploads);

    constructor() {
        super();
        this.tab = 'here';
        /** @type {{what: '' | 'delete' | 'probe' | 'import' | 'card', id: string, files?: import('./files.js').NamedFile[]}} */
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
        const { items } = this.uploads.state;
        return html`<main class="page" @dragover=${this.#over} @drop=${this.#drop}>
            <h2>Models</h2>
            <mm-notice .text=${notice} @dismiss=${() => library.dismiss()}></mm-notice>
            ${downloads.length + items.length === 0
                ? nothing
                : html`<div class="downloads">
                      ${repeat(
                          downloads,
                          (each) => each.task_id,
                          (each) => html`<mm-download .download=${each}></mm-download>`,
                      )}
                      ${repeat(
                          items,
                          (each) => each.id,
                          (each) => html`<mm-upload .upload=${each}></mm-upload>`,
                      )}
                  </div>`}
            <div class="tabs" role="tablist" aria-label="Where">
                ${this.#tab('here', 'On this machine')} ${this.#tab('hub', 'Hugging Face')}
            </div>
            <div role="tabpanel" id="panel-${this.tab}" aria-labelledby="tab-${this.tab}">
                ${this.tab === 'here'
                    ? html`<mm-local-models @model-action=${({ detail }) => (this.dialog = detail)}></mm-local-models>`
                    : html`<mm-hub-models @model-action=${({ detail }) => (this.dialog = detail)}></mm-hub-models>`}
            </div>
            ${this.#dialog()}
        </main>`;
    }

    #over(event) {
        if (event.dataTransfer.types.includes('Files')) {
            event.preventDefault();
        }
    }

    async #drop(event) {
        if (event.defaultPrevented || !event.dataTransfer.types.includes('Files')) {
            return;
        }
        event.preventDefault();
        if (session.state.user?.is_admin && this.dialog.what === '') {
            const files = await droppedFiles(event.dataTransfer);
            this.dialog = { what: 'import', id: '', files };
        }
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
        const { what, id, files = [] } = this.dialog;
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
        if (what === 'card') {
            return html`<mm-card .modelId=${id} @leave=${close}></mm-card>`;
        }
        return what === 'import' ? html`<mm-import .dropped=${files} @leave=${close}></mm-import>` : nothing;
    }
}

customElements.define('mm-models', Models);
