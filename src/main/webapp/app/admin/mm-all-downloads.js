import { html } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { library, router } from '../context.js';
import '../models/mm-download.js';
import { MmElement } from '../ui/element.js';
import '../ui/mm-notice.js';

/** For administrators: what is on its way to this machine, whoever asked for it. */
class AllDownloads extends MmElement {
    library = this.follow(library);

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
            <h2>Downloads</h2>
            <mm-notice .text=${notice} @dismiss=${() => library.dismiss()}></mm-notice>
            ${downloads.length === 0
                ? html`<p class="empty">Nothing is on its way. Models are found and fetched on the page
                      <a href="/models" @click=${(event) => router.follow(event)}>Models</a>.</p>`
                : html`<div class="downloads">
                      ${repeat(
                          downloads,
                          ({ task_id: task }) => task,
                          (download) => html`<mm-download .download=${download}></mm-download>`,
                      )}
                  </div>`}
        </main>`;
    }
}

customElements.define('mm-all-downloads', AllDownloads);
