import { html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { api, pending, session } from '../context.js';
import { confirmation } from '../ui/dialog.js';
import { MmElement } from '../ui/element.js';
import '../ui/mm-notice.js';
import './mm-reset-password.js';
import './mm-user-keys.js';

/**
 * @typedef {{id: number, email: string, is_admin: boolean, roles: string[], status: string, created_at: string}} User
 */

/** For administrators: who may use this server, and as what. Those who wait for approval come first. */
class Users extends MmElement {
    static properties = { users: { state: true }, notice: { state: true }, told: { state: true }, dialog: { state: true } };

    session = this.follow(session);

    constructor() {
        super();
        /** @type {User[] | null} */
        this.users = null;
        this.notice = '';
        this.told = '';
        /** @type {{what: '' | 'delete' | 'reset' | 'keys', user: User | null}} */
        this.dialog = { what: '', user: null };
    }

    connectedCallback() {
        super.connectedCallback();
        this.#load();
    }

    render() {
        return html`<main class="page">
            <h2>Users</h2>
            <mm-notice .text=${this.notice} @dismiss=${() => (this.notice = '')}></mm-notice>
            <mm-notice kind="good" .text=${this.told} @dismiss=${() => (this.told = '')}></mm-notice>
            ${this.users === null ? html`<p class="empty" role="status">Looking…</p>` : this.#table(this.users)}
            ${this.#dialogs()}
        </main>`;
    }

    #table(users) {
        const waiting = users.filter((user) => user.status === 'pending').length;
        return html`
            <p class="lead">${waiting === 0 ? 'Nobody waits for approval.' : `Waiting for approval: ${waiting}.`}</p>
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
            <td>${[user.is_admin ? 'Administrator' : 'User', ...(user.roles.includes('auditor') ? ['auditor'] : [])].join(', ')}</td>
            <td data-label="since">${new Date(user.created_at).toLocaleDateString()}</td>
            <td class="actions">${own ? this.#button('Keys', user, this.#open('keys', user)) : this.#actions(user, approved)}</td>
        </tr>`;
    }

    #actions(user, approved) {
        const change = (body) => () => this.#change(user, body);
        const audits = user.roles.includes('auditor');
        return html`
            ${approved
                ? html`${this.#button('Disable', user, change({ status: 'disabled' }))}
                      ${this.#button(user.is_admin ? 'Make user' : 'Make administrator', user, change({ is_admin: !user.is_admin }), ': ')}
                      ${this.#button(audits ? 'No auditor' : 'Make auditor', user, change({ roles: audits ? [] : ['auditor'] }), ': ')}`
                : html`<button type="button" class="primary small" aria-label="Approve ${user.email}" @click=${change({ status: 'approved' })}>
                      ${user.status === 'pending' ? 'Approve' : 'Enable'}
                  </button>`}
            ${this.#button('Keys', user, this.#open('keys', user), ' of ')} ${this.#button('Reset password', user, this.#open('reset', user), ' of ')}
            ${this.#button('Delete', user, this.#open('delete', user))}
        `;
    }

    #button(words, user, act, between = ' ') {
        return html`<button type="button" class="plain small" aria-label="${words}${between}${user.email}" @click=${act}>${words}</button>`;
    }

    #open(what, user) {
        return () => (this.dialog = { what, user });
    }

    #dialogs() {
        const { what, user } = this.dialog;
        const close = () => (this.dialog = { what: '', user: null });
        if (what === 'delete') {
            return confirmation(
                { title: 'Delete this user?', act: 'Delete', done: () => this.#doing(() => api.delete(`api/auth/users/${user.id}`)), close },
                html`<strong>${user.email}</strong> loses access at once, keys included.`,
            );
        }
        if (what === 'reset') {
            const told = () => (this.told = `${user.email} has a new password and was signed out everywhere.`);
            return html`<mm-reset-password .user=${user} @leave=${close} @done=${told}></mm-reset-password>`;
        }
        return what === 'keys' ? html`<mm-user-keys .user=${user} @leave=${close}></mm-user-keys>` : nothing;
    }

    async #change(user, body) {
        await this.#doing(() => api.put(`api/auth/users/${user.id}`, body));
    }

    async #doing(action) {
        this.notice = '';
        try {
            await action();
        } catch (failure) {
            this.notice = failure.message;
        }
        pending.refresh();
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
