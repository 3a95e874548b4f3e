import { html, nothing } from 'lit';
import { api, poller, router } from '../context.js';
import { MmElement } from '../ui/element.js';
import { areaField, choiceField, switchField, textField } from '../ui/fields.js';
import '../ui/mm-notice.js';
import './mm-template-options.js';
import { bodyOf, draftOf, generalFields, knownOptions, mergedOptions, sectionsFor } from './form.js';

/**
 * The form of one profile, new or not. What can be set depends on the model; what is wrong stands beside its field.
 * What was typed is kept until it is saved or the page is left.
 */
class ProfileForm extends MmElement {
    static properties = {
        profileId: { attribute: false }, modelId: { attribute: false },
        models: { state: true }, draft: { state: true }, faults: { state: true }, notice: { state: true }, busy: { state: true },
    };

    constructor() {
        super();
        this.profileId = 'new';
        this.modelId = '';
        this.models = [];
        /** @type {import('./form.js').Draft | null} */
        this.draft = null;
        /** @type {Record<string, string>} */
        this.faults = {};
        this.notice = '';
        this.busy = false;
    }

    willUpdate(changed) {
        if (changed.has('profileId')) {
            this.#load();
        }
    }

    render() {
        const fresh = this.profileId === 'new';
        return html`<main class="page narrow">
            <p class="back"><a href="/profiles" @click=${(event) => router.follow(event)}>Profiles</a></p>
            <h2>${fresh ? 'New profile' : (this.draft?.saved ?? 'Profile')}</h2>
            <mm-notice .text=${this.notice} @dismiss=${() => (this.notice = '')}></mm-notice>
            ${this.draft === null ? html`<p class="empty" role="status">${this.notice === '' ? 'Opening…' : ''}</p>` : this.#form(this.draft, fresh)}
        </main>`;
    }

    #form(draft, fresh) {
        const model = this.#model(draft.model_id);
        const type = model?.capabilities?.model_type ?? draft.type;
        return html`<form class="form" novalidate @submit=${this.#save}>
            ${generalFields().slice(0, 2).map((spec) => this.#field(spec, spec.name))}
            ${choiceField({
                id: 'model_id', label: 'Model', value: draft.model_id, error: this.faults.model_id, required: true,
                options: [['', 'Choose…'], ...this.models.map(({ model_id: id }) => /** @type {[string, string]} */ ([id, id]))],
                change: (value) => this.#choose(value),
                hint: model && model.capabilities === null ? 'Not probed yet: probe it on the page Models to learn which options its template has.' : '',
            })}
            ${sectionsFor(type).map(
                (section) => html`<fieldset>
                    <legend>${section.title}</legend>
                    ${section.fields.map((spec) => this.#field(spec, `${section.id}.${spec.name}`))}
                </fieldset>`,
            )}
            ${sectionsFor(type).length > 1
                ? html`<mm-template-options .options=${draft.options} .faults=${this.faults}
                      @change-options=${({ detail }) => (this.draft = { ...this.draft, options: detail })}></mm-template-options>`
                : nothing}
            <fieldset>
                <legend>Memory</legend>
                ${this.#field(generalFields()[2], 'keep_alive_seconds')}
                ${this.#field(generalFields()[3], 'draft_model')}
                ${switchField({ id: 'auto_start', label: 'Start with the server', value: draft.auto_start, change: (value) => this.#set('auto_start', value) })}
                ${switchField({
                    id: 'pinned', label: 'Pinned', value: draft.pinned, change: (value) => this.#set('pinned', value),
                    hint: 'Its model stays in memory whatever else needs room.',
                })}
            </fieldset>
            <p class="actions">
                <button class="primary" ?disabled=${this.busy}>${fresh ? 'Create profile' : 'Save'}</button>
                <a class="button plain" href="/profiles" @click=${(event) => router.follow(event)}>Cancel</a>
            </p>
        </form>`;
    }

    #field(spec, key) {
        const facts = {
            id: key.replace('.', '-'), label: spec.label, hint: spec.hint, error: this.faults[key], required: key === 'name',
            value: this.draft[key] ?? '', placeholder: spec.placeholder ?? (spec.kind === 'text' || spec.kind === 'area' ? '' : 'as the model has it'),
            inputmode: { decimal: 'decimal', whole: 'numeric' }[spec.kind], change: (value) => this.#set(key, value),
        };
        return spec.kind === 'area' ? areaField(facts) : textField(facts);
    }

    #model(id) {
        return this.models.find((model) => model.model_id === id);
    }

    #choose(id) {
        const set = Object.fromEntries(this.draft.options.filter(({ value }) => value !== '').map(({ name, value }) => [name, value]));
        const options = mergedOptions(set, knownOptions(this.#model(id)?.capabilities ?? null));
        this.draft = { ...this.draft, model_id: id, type: undefined, options };
    }

    #set(key, value) {
        this.draft = { ...this.draft, [key]: value };
        const { [key]: gone, ...others } = this.faults;
        this.faults = gone === undefined ? this.faults : others;
    }

    async #load() {
        try {
            const fresh = this.profileId === 'new';
            const [models, profile] = await Promise.all([
                api.get('api/models/downloaded'),
                fresh ? null : api.get(`api/profiles/${encodeURIComponent(this.profileId)}`),
            ]);
            this.models = models.filter(({ supported }) => supported);
            const id = profile?.model_id ?? this.modelId;
            const draft = draftOf(profile, knownOptions(this.#model(id)?.capabilities ?? null));
            this.draft = { ...draft, model_id: id, type: profile?.model_type, saved: profile?.name };
        } catch (failure) {
            this.notice = failure.message;
        }
    }

    async #save(event) {
        event.preventDefault();
        const type = this.#model(this.draft.model_id)?.capabilities?.model_type ?? this.draft.type;
        const { body, faults } = bodyOf(this.draft, type);
        this.faults = faults;
        this.notice = '';
        if (Object.keys(faults).length > 0) {
            this.#focusFault();
            return;
        }
        this.busy = true;
        try {
            await (this.profileId === 'new' ? api.post('api/profiles', body) : api.put(`api/profiles/${this.profileId}`, body));
            poller.refresh('profiles');
            router.go('/profiles');
        } catch (failure) {
            this.#refused(failure);
        } finally {
            this.busy = false;
        }
    }

    #refused(failure) {
        this.faults = failure.code === 'profile_name_taken' ? { name: 'Another profile has this name.' } : failure.fields;
        const shown = Object.keys(this.faults).some((key) => this.querySelector(`#${key.replace('.', '-')}`) !== null);
        this.notice = shown ? '' : failure.message;
        this.#focusFault();
    }

    async #focusFault() {
        await this.updateComplete;
        this.focusOn('[aria-invalid="true"]');
    }
}

customElements.define('mm-profile-form', ProfileForm);
