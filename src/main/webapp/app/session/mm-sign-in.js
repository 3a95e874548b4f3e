import { html, nothing } from 'lit';
import { api, enter, session } from '../context.js';
import { MmElement } from '../ui/element.js';
import { icon, levels, mark } from '../ui/icon.js';
import '../ui/mm-theme-switch.js';

const SHORTEST_PASSWORD = 8;

/** One card for both: sign in, or create an account. A refusal keeps what was typed and says why. */
class SignIn extends MmElement {
    static properties = {
        registering: { state: true },
        busy: { state: true },
        error: { state: true },
        pending: { state: true },
        firstRun: { state: true },
        shown: { state: true },
    };

    session = this.follow(session);

    constructor() {
        super();
        this.registering = false;
        this.busy = false;
        this.error = '';
        this.pending = '';
        this.firstRun = false;
        this.shown = false;
    }

    firstUpdated() {
        this.focusOn('#email');
        this.#lookForUsers();
    }

    render() {
        return html`
            <header class="welcome">
                <p class="brand">${mark()}<span>MLX Manager</span></p>
                <p class="claim">Language models on your own machine.</p>
                <p>Chat here, or point any OpenAI client at this server. Prompts and answers stay with you.</p>
                ${levels()}
            </header>
            <main class="card">
                <div class="corner"><mm-theme-switch></mm-theme-switch></div>
                <h1>${this.#title()}</h1>
                ${this.#notices()}
                <form @submit=${this.#submit} novalidate>
                    <label for="email">E-mail</label>
                    <input id="email" name="email" type="email" autocomplete="username" required
                        autocapitalize="none" spellcheck="false" aria-describedby="form-error" />
                    <label for="password">Password</label>
                    <div class="secret">
                        <input id="password" name="password" type=${this.shown ? 'text' : 'password'} required
                            aria-describedby="password-hint form-error" autocapitalize="none" spellcheck="false"
                            autocomplete=${this.registering ? 'new-password' : 'current-password'} />
                        <button type="button" class="quiet small" aria-controls="password" aria-pressed=${this.shown}
                            title="Show what is typed" @click=${() => (this.shown = !this.shown)}>Show</button>
                    </div>
                    <p id="password-hint" class="hint">${this.registering ? `At least ${SHORTEST_PASSWORD} characters.` : nothing}</p>
                    <p id="form-error" class="error" role="alert">${this.error ? html`${icon('warning')}<span>${this.error}</span>` : nothing}</p>
                    <button type="submit" class="primary" ?disabled=${this.busy}>${this.#action()}</button>
                </form>
                <p class="other">
                    ${this.registering ? 'Already have an account?' : 'New here?'}
                    <button type="button" class="link" @click=${this.#switch}>
                        ${this.registering ? 'Sign in' : 'Create an account'}
                    </button>
                </p>
            </main>
        `;
    }

    #notices() {
        if (this.pending) {
            return html`<p class="notice" role="status">
                The account <strong>${this.pending}</strong> was created. An administrator has to approve it before you
                can sign in.
            </p>`;
        }
        if (this.firstRun) {
            return html`<p class="notice" role="status">
                This server is new and has no users yet. The account that you create now becomes its
                <strong>administrator</strong>: it approves those who come later.
            </p>`;
        }
        if (this.registering) {
            return html`<p class="hint">
                The first account on a new server becomes its administrator and can start at once. Later ones wait until
                an administrator approves them.
            </p>`;
        }
        const { notice } = this.session.state;
        return notice ? html`<p class="notice" role="status">${notice}</p>` : nothing;
    }

    #title() {
        if (this.firstRun) {
            return 'Create the first account';
        }
        return this.registering ? 'Create an account' : 'Sign in';
    }

    /** On a new server there is nobody to sign in; what somebody has begun to type stays as it is. */
    async #lookForUsers() {
        const first = await api.firstRun().catch(() => false);
        if (first && !this.registering && this.field('#email').value === '') {
            this.firstRun = true;
            this.registering = true;
        }
    }

    #action() {
        if (this.busy) {
            return this.registering ? 'Creating…' : 'Signing in…';
        }
        return this.registering ? 'Create account' : 'Sign in';
    }

    #switch() {
        this.registering = !this.registering;
        this.firstRun = false;
        this.error = '';
        this.pending = '';
        this.focusOn('#email');
    }

    async #submit(event) {
        event.preventDefault();
        const email = this.field('#email');
        const password = this.field('#password');
        const complaint = this.#complaint(email, password);
        this.error = complaint?.message ?? '';
        if (complaint !== null) {
            complaint.field.focus();
            return;
        }
        this.busy = true;
        try {
            await (this.registering ? this.#register(email.value, password) : this.#signIn(email.value, password));
        } catch (failure) {
            this.error = failure.message;
            this.busy = false;
            await this.updateComplete;
            password.focus();
            password.select();
        } finally {
            this.busy = false;
        }
    }

    #complaint(email, password) {
        if (!email.validity.valid) {
            return { field: email, message: 'Please enter an e-mail address, such as ada@example.org.' };
        }
        if (password.value === '') {
            return { field: password, message: 'Please enter the password.' };
        }
        if (this.registering && password.value.length < SHORTEST_PASSWORD) {
            return { field: password, message: `The password needs at least ${SHORTEST_PASSWORD} characters.` };
        }
        return null;
    }

    async #register(email, password) {
        const user = await api.register(email.trim(), password.value);
        if (user.status === 'approved') {
            await this.#signIn(email, password);
            return;
        }
        this.pending = user.email;
        this.registering = false;
        password.value = '';
    }

    async #signIn(email, password) {
        await enter(await api.login(email.trim(), password.value));
    }
}

customElements.define('mm-sign-in', SignIn);
