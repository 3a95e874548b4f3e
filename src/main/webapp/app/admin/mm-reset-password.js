import { html } from 'lit';
import { api } from '../context.js';
import { closeDialog, dialog } from '../ui/dialog.js';
import { MmElement } from '../ui/element.js';
import { textField } from '../ui/fields.js';
import '../ui/mm-copy-button.js';

const LETTERS = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789';
const LENGTH = 16;

/** A new password for a user, made here or typed, to be handed over by the administrator. */
class ResetPassword extends MmElement {
    static properties = { user: { attribute: false }, password: { state: true }, fault: { state: true }, busy: { state: true } };

    constructor() {
        super();
        /** @type {import('./mm-users.js').User | any} */
        this.user = null;
        this.password = random();
        this.fault = '';
        this.busy = false;
    }

    render() {
        return dialog(
            { title: html`New password for ${this.user.email}`, close: () => this.dispatchEvent(new Event('leave')) },
            html`<form novalidate @submit=${this.#reset}>
                ${textField({
                    id: 'new-password', label: 'Password', value: this.password, error: this.fault, autocomplete: 'new-password',
                    hint: 'Hand it over before you close this; it is not shown again. All sessions of the user end.',
                    change: (value) => (this.password = value),
                })}
                <p class="actions">
                    <mm-copy-button .text=${() => this.password}></mm-copy-button>
                    <button type="button" class="plain" @click=${closeDialog}>Cancel</button>
                    <button class="primary" ?disabled=${this.busy}>Set password</button>
                </p>
            </form>`,
        );
    }

    async #reset(event) {
        event.preventDefault();
        const form = event.currentTarget;
        this.busy = true;
        try {
            await api.post(`api/auth/users/${this.user.id}/reset-password`, { password: this.password });
            this.dispatchEvent(new Event('done'));
            form.closest('dialog').close();
        } catch (failure) {
            this.fault = failure.fields.password ?? failure.message;
        } finally {
            this.busy = false;
        }
    }
}

/** Without letters that are mistaken for others, because it may be read out. */
function random() {
    const most = 256 - (256 % LETTERS.length);
    let word = '';
    while (word.length < LENGTH) {
        const [byte] = crypto.getRandomValues(new Uint8Array(1));
        word += byte < most ? LETTERS[byte % LETTERS.length] : '';
    }
    return word;
}

customElements.define('mm-reset-password', ResetPassword);
