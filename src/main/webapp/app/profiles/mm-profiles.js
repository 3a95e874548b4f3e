import { html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { chatSettings, profiles, router } from '../context.js';
import { closeDialog, confirmation, dialog } from '../ui/dialog.js';
import { MmElement } from '../ui/element.js';
import { textField } from '../ui/fields.js';
import { icon } from '../ui/icon.js';
import '../ui/mm-notice.js';
import './mm-profile-card.js';
import './mm-profile-form.js';

/** Named ways to run a model: all of them as cards, or the form of one. */
class ProfilesPage extends MmElement {
    static properties = { doomed: { state: true }, original: { state: true }, copy: { state: true }, fault: { state: true } };

    profiles = this.follow(profiles);
    router = this.follow(router);

    constructor() {
        super();
        /** @type {import('./profiles.js').Profile | null} */
        this.doomed = null;
        /** @type {import('./profiles.js').Profile | null} */
        this.original = null;
        this.copy = '';
        this.fault = '';
    }

    connectedCallback() {
        super.connectedCallback();
        profiles.watch();
    }

    disconnectedCallback() {
        super.disconnectedCallback();
        profiles.unwatch();
    }

    render() {
        const [, , which] = this.router.state.path.split('/');
        if (which !== undefined && which !== '') {
            const model = new URLSearchParams(this.router.state.query).get('model') ?? '';
            return html`<mm-profile-form .profileId=${which} .modelId=${model}></mm-profile-form>`;
        }
        const { profiles: all, notice } = this.profiles.state;
        return html`<main class="page">
            <div class="head">
                <h2>Profiles</h2>
                <a class="button primary" href="/profiles/new" @click=${(event) => router.follow(event)}>${icon('plus')}New profile</a>
            </div>
            <p class="lead">A model under a name of its own, with system prompt, sampling and template options. Chats and programs ask for it by that name.</p>
            <mm-notice .text=${notice} @dismiss=${() => profiles.dismiss()}></mm-notice>
            ${this.#cards(all)} ${this.#dialogs()}
        </main>`;
    }

    #cards(all) {
        if (all === null) {
            return html`<p class="empty" role="status">Looking for profiles…</p>`;
        }
        if (all.length === 0) {
            return html`<div class="empty">
                <p>There are no profiles yet. Models can be used without one; a profile keeps settings together under a name.</p>
            </div>`;
        }
        return html`<ul class="cards">
            ${repeat(
                all,
                ({ id }) => id,
                (profile) => html`<li>
                    <mm-profile-card .profile=${profile} .run=${profiles.run(profile.id)} @profile-action=${this.#act}></mm-profile-card>
                </li>`,
            )}
        </ul>`;
    }

    #act({ detail: { what, profile } }) {
        if (what === 'chat') {
            chatSettings.update({ model: `profile:${profile.name}` });
            router.go('/chat');
        } else if (what === 'duplicate') {
            this.original = profile;
            this.copy = `${profile.name} copy`;
            this.fault = '';
        } else {
            this.doomed = profile;
        }
    }

    #dialogs() {
        if (this.doomed !== null) {
            const profile = this.doomed;
            return confirmation(
                {
                    title: 'Delete this profile?', act: 'Delete',
                    done: () => profiles.remove(profile), close: () => (this.doomed = null),
                },
                html`Programs that ask for <strong>${profile.request_name}</strong> will be told there is no such model. The model itself stays.`,
            );
        }
        return this.original === null ? nothing : this.#duplication();
    }

    #duplication() {
        return dialog(
            { title: html`Duplicate ${this.original.name}`, close: () => (this.original = null) },
            html`<form @submit=${this.#duplicate}>
                ${textField({
                    id: 'copy-name', label: 'Name of the copy', value: this.copy, error: this.fault,
                    change: (value) => (this.copy = value),
                })}
                <p class="actions">
                    <button type="button" class="plain" @click=${closeDialog}>Cancel</button>
                    <button class="primary">Duplicate</button>
                </p>
            </form>`,
        );
    }

    async #duplicate(event) {
        event.preventDefault();
        const form = event.currentTarget;
        try {
            await profiles.duplicate(this.original, this.copy.trim());
            form.closest('dialog').close();
        } catch (failure) {
            this.fault = failure.fields.name ?? failure.message;
        }
    }
}

customElements.define('mm-profiles', ProfilesPage);
