import { html, nothing } from 'lit';
import { api, enter, leave, router, session } from '../context.js';
import { confirmation } from '../ui/dialog.js';
import { MmElement } from '../ui/element.js';
import { textField } from '../ui/fields.js';
import '../ui/mm-notice.js';

const SHORTEST = 8;

/** One's own account: who one is, the password, and the end of all sessions. */
class Account extends MmElement {
    static properties = { draft: { state: true }, faults: { state: true }, notice: { state: true }, told: { state: true }, busy: { state: true }, ending: { state: true } };

    session = this.follow(session);

    constructor() {
        super();
        this.draft = { current: '', fresh: '', repeated: '' };
        /** @type {Record<string, string>} */
        this.faults = {};
        this.notice = '';
        this.told = '';
        this.busy = false;
        this.ending = false;
    }

    render() {
        const { user } = this.session.state;
        return html`<main class="page narrow">
            <h2>My account</h2>
            <mm-notice .text=${this.notice} @dismiss=${() => (this.notice = '')}></mm-notice>
            <mm-notice kind="good" .text=${this.told} @dismiss=${() => (this.told = '')}></mm-notice>
            <section class="card" aria-label="Who I am">
                <dl class="details">
                    <dt>E-mail</dt><dd>${user?.email}</dd>
                    <dt>Role</dt><dd>${[user?.is_admin ? 'Administrator' : 'User', ...(user?.roles ?? []).filter((role) => role === 'auditor')].join(', ')}</dd>
                    ${user?.created_at ? html`<dt>Since</dt><dd>${new Date(user.created_at).toLocaleDateString()}</dd>` : nothing}
                    <dt>Keys</dt><dd><a href="/keys" @click=${(event) => router.follow(event)}>Keys for programs</a></dd>
                </dl>
            </section>
            <form class="form" novalidate @submit=${this.#change} aria-label="Password">
                <fieldset>
                    <legend>Password</legend>
                    <input type="text" autocomplete="username" .value=${user?.email ?? ''} hidden readonly />
                    <div class="whole">${this.#password('current', 'Present password', 'current-password')}</div>
                    ${this.#password('fresh', 'New password', 'new-password', `At least ${SHORTEST} characters.`)}
                    ${this.#password('repeated', 'New password again', 'new-password')}
                    <p class="row whole">
                        <button class="primary" ?disabled=${this.busy}>Change password</button>
                        <span class="hint">All your other sessions end. Keys stay.</span>
                    </p>
                </fieldset>
            </form>
            <section class="form" aria-label="Sessions">
                <fieldset>
                    <legend>Sessions</legend>
                    <p class="hint whole">A lost laptop, or a browser that is not yours? End every session, this one too.</p>
                    <p class="row whole"><button type="button" class="plain" @click=${() => (this.ending = true)}>Log out everywhere</button></p>
                </fieldset>
            </section>
            ${this.ending
                ? confirmation(
                      { title: 'Log out everywhere?', keep: 'Stay', act: 'Log out everywhere', done: () => this.#end(), close: () => (this.ending = false) },
                      'Every browser and program that signed in with your password has to sign in again. Keys for programs stay.',
                  )
                : nothing}
        </main>`;
    }

    #password(name, label, autocomplete, hint = '') {
        return textField({
            id: `password-${name}`, label, hint, type: 'password', autocomplete, value: this.draft[name], error: this.faults[name],
            change: (value) => (this.draft = { ...this.draft, [name]: value }),
        });
    }

    async #change(event) {
        event.preventDefault();
        this.notice = this.told = '';
        this.faults = faultsOf(this.draft);
        if (Object.keys(this.faults).length === 0) {
            this.busy = true;
            try {
                const { current, fresh } = this.draft;
                const { access_token: token } = await api.put('api/auth/password', { current_password: current, new_password: fresh });
                await enter(token);
                this.draft = { current: '', fresh: '', repeated: '' };
                this.told = 'The password was changed, and every other session has ended.';
                return;
            } catch (failure) {
                const { current_password: missing, new_password: fresh } = failure.fields;
                const current = failure.code === 'bad_credentials' ? failure.message : missing;
                this.faults = { ...(current ? { current } : {}), ...(fresh ? { fresh } : {}) };
                this.notice = current || fresh ? '' : failure.message;
            } finally {
                this.busy = false;
            }
        }
        await this.updateComplete;
        this.focusOn('[aria-invalid="true"]');
    }

    async #end() {
        try {
            await api.post('api/auth/logout-everywhere', {});
            leave();
        } catch (failure) {
            this.notice = failure.message;
        }
    }
}

function faultsOf({ current, fresh, repeated }) {
    return {
        ...(current === '' ? { current: 'Please enter your present password.' } : {}),
        ...(fresh.length < SHORTEST ? { fresh: `At least ${SHORTEST} characters.` } : {}),
        ...(fresh === repeated ? {} : { repeated: 'This is not the same.' }),
    };
}

customElements.define('mm-account', Account);
