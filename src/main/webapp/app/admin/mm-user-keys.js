import { html } from 'lit';
import { api } from '../context.js';
import { alive, keyTable } from '../keys/key-table.js';
import { closeDialog, dialog } from '../ui/dialog.js';
import { MmElement } from '../ui/element.js';

/** The keys that a user's programs have; an administrator may revoke them, and never sees their secret part. */
class UserKeys extends MmElement {
    static properties = { user: { attribute: false }, keys: { state: true }, notice: { state: true } };

    constructor() {
        super();
        /** @type {import('./mm-users.js').User | any} */
        this.user = null;
        /** @type {import('../keys/key-table.js').Key[] | null} */
        this.keys = null;
        this.notice = '';
    }

    connectedCallback() {
        super.connectedCallback();
        this.#load();
    }

    render() {
        return dialog(
            { title: html`Keys of ${this.user.email}`, wide: true, close: () => this.dispatchEvent(new Event('leave')) },
            html`<p class="fault" role="alert">${this.notice}</p>
                ${this.#list()}
                <p class="actions"><button type="button" class="primary" autofocus @click=${closeDialog}>Close</button></p>`,
        );
    }

    #list() {
        if (this.keys === null) {
            return html`<p class="hint" role="status">Looking…</p>`;
        }
        return this.keys.length === 0
            ? html`<p class="hint">No keys.</p>`
            : keyTable(
                  this.keys,
                  'Keys',
                  (key) => html`<button type="button" class="plain small" aria-label="Revoke ${key.name}" @click=${() => this.#revoke(key)}>Revoke</button>`,
              );
    }

    async #revoke({ id }) {
        this.notice = '';
        try {
            await api.delete(`api/keys/${id}`);
        } catch (failure) {
            this.notice = failure.message;
        }
        await this.#load();
    }

    async #load() {
        try {
            const all = await api.get('api/keys/all');
            this.keys = all.filter((key) => key.user_id === this.user.id && alive(key));
        } catch (failure) {
            this.notice = failure.message;
        }
    }
}

customElements.define('mm-user-keys', UserKeys);
