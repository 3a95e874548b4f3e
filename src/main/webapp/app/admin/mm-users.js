import { html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { api, session } from '../context.js';
import { MmElement } from '../ui/element.js';

/**
 * @typedef {{id: number, email: string, is_admin: boolean, roles: string[], status: string, created_at: string}} User
 */

/** For administrators: who may use this server, and as what. Those who wait for approval come first. */
class Users extends MmElement {
    static properties = { users: { state: true }, notice: { state: true }, doomed: { state: true } };

    session = this.follow(session);

    constructor() {
        super();
        /** @type {User[] | null} */
        this.users = null;
        this.notice = '';
        /** @type {User | null} */
        this.doomed = null;
    }

    connectedCallback() {
        super.connectedCallback();
        this.#load();
    }

    render() {
        return html`<main class="models">
            <h2>Users</h2>
            ${this.notice === '' ? nothing : html`<p class="notice" role="alert">${this.notice}</p>`}
            ${this.users === null ? html`<p class="empty" role="status">Looking…</p>` : this.#table(this.users)}
            ${this.#confirmation()}
        </main>`;
    }

    updated() {
        const dialog = /** @type {HTMLDialogElement | null} */ (this.querySelector('dialog'));
        if (dialog !== null && !dialog.open) {
            dialog.showModal();
        }
    }

    #table(users) {
        const waiting = users.filter((user) => user.status === 'pending').length;
        return html`
            <p class="empty">${waiting === 0 ? 'Nobody waits for approval.' : `Waiting for approval: ${waiting}.`}</p>
            <div class="table" tabindex="0" role="region" aria-label="Users">
                <table>
                    <thead>
                        <tr>
                            <th scope="col">E-mail</th>
                            <th scope="col">State</th>
                            <th scope="col">Role</th>
                            <th scope="col">Since</th>
                            <th scope="col"><span class="visually-hidden">Actions</span></th>
                        </tr>
                    </thead>
                    <tbody>
                        ${repeat(
                            users,
                            (user) => user.id,
                            (user) => this.#row(user),
                        )}
                    </tbody>
                </table>
            </div>
        `;
    }

    #row(user) {
        const own = user.id === this.session.state.user?.id;
        const approved = user.status === 'approved';
        return html`<tr>
            <th scope="row">${user.email}${own ? html` <span class="badge">you</span>` : nothing}</th>
            <td><span class="badge ${approved ? 'good' : user.status === 'pending' ? '' : 'bad'}">${user.status}</span></td>
            <td>${user.is_admin ? 'Administrator' : (user.roles.join(', ') || 'User')}</td>
            <td>${new Date(user.created_at).toLocaleDateString()}</td>
            <td class="actions">${own ? nothing : this.#actions(user, approved)}</td>
        </tr>`;
    }

    #actions(user, approved) {
        const change = (body) => () => this.#change(user, body);
        return html`
            ${approved
                ? html`<button type="button" class="plain small" aria-label="Disable ${user.email}" @click=${change({ status: 'disabled' })}>Disable</button>
                      <button type="button" class="plain small" aria-label="${user.is_admin ? 'Make user' : 'Make administrator'}: ${user.email}"
                          @click=${change({ is_admin: !user.is_admin })}>
                          ${user.is_admin ? 'Make user' : 'Make administrator'}
                      </button>`
                : html`<button type="button" class="primary small" aria-label="Approve ${user.email}" @click=${change({ status: 'approved' })}>
                      ${user.status === 'pending' ? 'Approve' : 'Enable'}
                  </button>`}
            <button type="button" class="plain small" aria-label="Delete ${user.email}" @click=${() => (this.doomed = user)}>Delete</button>
        `;
    }

    #confirmation() {
        if (this.doomed === null) {
            return nothing;
        }
        const close = () => (this.doomed = null);
        return html`<dialog aria-labelledby="doomed-title" @close=${close}>
            <h3 id="doomed-title">Delete this user?</h3>
            <p><strong>${this.doomed.email}</strong> loses access at once, keys included.</p>
            <p class="actions">
                <button type="button" class="plain" autofocus @click=${close}>Keep</button>
                <button type="button" class="primary" @click=${this.#delete}>Delete</button>
            </p>
        </dialog>`;
    }

    async #change(user, body) {
        await this.#doing(() => api.put(`api/auth/users/${user.id}`, body));
    }

    async #delete() {
        const { id } = this.doomed;
        this.doomed = null;
        await this.#doing(() => api.delete(`api/auth/users/${id}`));
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
            const users = await api.get('api/auth/users');
            this.users = users.sort((a, b) => Number(b.status === 'pending') - Number(a.status === 'pending') || a.id - b.id);
        } catch (failure) {
            this.notice = failure.message;
        }
    }
}

customElements.define('mm-users', Users);
