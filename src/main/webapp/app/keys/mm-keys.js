import { html, nothing } from 'lit';
import { api } from '../context.js';
import { confirmation } from '../ui/dialog.js';
import { MmElement } from '../ui/element.js';
import '../ui/mm-copy-button.js';
import '../ui/mm-notice.js';
import { alive, keyTable } from './key-table.js';
import './mm-examples.js';
import './mm-new-key.js';

/** The caller's keys for programs, and how a program uses one: addresses and examples with this server's own name. */
class Keys extends MmElement {
    static properties = { keys: { state: true }, made: { state: true }, notice: { state: true }, dialog: { state: true } };

    constructor() {
        super();
        /** @type {import('./key-table.js').Key[] | null} */
        this.keys = null;
        /** The secret that was just made; shown this once. */
        this.made = '';
        this.notice = '';
        /** @type {{what: '' | 'revoke' | 'rotate', key: import('./key-table.js').Key | null}} */
        this.dialog = { what: '', key: null };
    }

    connectedCallback() {
        super.connectedCallback();
        this.#load();
    }

    disconnectedCallback() {
        super.disconnectedCallback();
        this.made = '';
    }

    render() {
        const base = document.baseURI;
        return html`<main class="page">
            <h2>API</h2>
            <p class="lead">Programs speak to this server as they speak to OpenAI or to Anthropic, with a key of yours.</p>
            <dl class="addresses">
                ${this.#address('OpenAI', `${base}v1`)} ${this.#address('Anthropic', base.slice(0, -1))}
            </dl>
            <h3>Keys</h3>
            <mm-notice .text=${this.notice} @dismiss=${() => (this.notice = '')}></mm-notice>
            <mm-new-key @made=${({ detail }) => this.#show(detail)}></mm-new-key>
            ${this.made === '' ? nothing : this.#secret()} ${this.keys === null ? nothing : this.#list(this.keys)}
            <h3>Examples</h3>
            <mm-examples .secret=${this.made}></mm-examples>
            ${this.#dialogs()}
        </main>`;
    }

    #address(name, url) {
        return html`<dt>${name}</dt><dd><code>${url}</code><mm-copy-button .text=${url} label="Copy"></mm-copy-button></dd>`;
    }

    #secret() {
        return html`<section class="card" aria-label="New key" role="status">
            <p>Copy the key now; it is not shown again. It stands in the examples below until you leave this page.</p>
            <p class="actions"><code class="secret">${this.made}</code><mm-copy-button .text=${this.made}></mm-copy-button></p>
        </section>`;
    }

    #list(keys) {
        if (keys.length === 0) {
            return html`<p class="empty">You have no keys yet.</p>`;
        }
        return keyTable(
            keys,
            'Your keys',
            (key) => html`
                <button type="button" class="plain small" aria-label="Renew ${key.name}" @click=${() => (this.dialog = { what: 'rotate', key })}>Renew</button>
                <button type="button" class="plain small" aria-label="Revoke ${key.name}" @click=${() => (this.dialog = { what: 'revoke', key })}>Revoke</button>
            `,
        );
    }

    #dialogs() {
        const { what, key } = this.dialog;
        const close = () => (this.dialog = { what: '', key: null });
        if (what === 'revoke') {
            const done = () => this.#doing(() => api.delete(`api/keys/${key.id}`));
            return confirmation(
                { title: 'Revoke this key?', act: 'Revoke', done, close },
                html`Programs that use <strong>${key.name}</strong> lose access at once.`,
            );
        }
        const renew = () => this.#doing(async () => this.#show((await api.post(`api/keys/${key.id}/rotate`, {})).key));
        return what === 'rotate'
            ? confirmation(
                  { title: 'Renew this key?', keep: 'Keep it', act: 'Renew', done: renew, close },
                  html`<strong>${key.name}</strong> gets a new secret; programs with the old one lose access at once.`,
              )
            : nothing;
    }

    #show(secret) {
        this.made = secret;
        this.#load();
    }

    async #doing(action) {
        this.notice = '';
        try {
            await action();
        } catch (failure) {
            this.notice = failure.message;
        }
        await this.#load();
    }

    async #load() {
        try {
            this.keys = (await api.get('api/keys')).filter(alive);
        } catch (failure) {
            this.notice = failure.message;
        }
    }
}

customElements.define('mm-keys', Keys);
