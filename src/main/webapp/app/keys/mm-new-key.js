import { html } from 'lit';
import { api, session } from '../context.js';
import { MmElement } from '../ui/element.js';
import { switchField, textField } from '../ui/fields.js';

const LIMITS = { expires_in_days: 'Ends after days', requests_per_minute: 'Requests a minute', tokens_per_day: 'Tokens a day' };
const SCOPES = { inference: 'Use models', models: 'Manage models', admin: 'Everything I may do' };

/** Makes a key; tells its secret, which is shown this once, as `made`. */
class NewKey extends MmElement {
    static properties = { draft: { state: true }, faults: { state: true }, fault: { state: true } };

    session = this.follow(session);

    constructor() {
        super();
        this.draft = blank();
        /** @type {Record<string, string>} */
        this.faults = {};
        this.fault = '';
    }

    render() {
        const { draft } = this;
        return html`<form class="new-key" novalidate @submit=${this.#create}>
            <div class="row">
                <label class="visually-hidden" for="key-name">Name of the new key</label>
                <input id="key-name" placeholder="What is the key for?" maxlength="100" .value=${draft.name} aria-describedby="key-fault"
                    aria-invalid=${this.faults.name ? 'true' : 'false'} @input=${({ target }) => this.#set('name', target.value)} />
                <button class="primary">Make a key</button>
            </div>
            <p id="key-fault" class="fault" role="alert">${this.faults.name ?? this.faults.scopes ?? this.fault}</p>
            <details>
                <summary>What it may do</summary>
                <div class="form"><fieldset>
                    <legend>Scopes and limits</legend>
                    ${Object.entries(SCOPES).map(([scope, label]) =>
                        switchField({ id: `scope-${scope}`, label, value: draft.scopes.includes(scope), change: (on) => this.#scope(scope, on) }),
                    )}
                    ${textField({
                        id: 'key-models', label: 'Models', value: draft.models, error: this.faults.models, placeholder: 'all',
                        hint: 'Names with a comma between them; * stands for anything.', change: (value) => this.#set('models', value),
                    })}
                    ${Object.entries(LIMITS).map(([name, label]) =>
                        textField({
                            id: `key-${name}`, label, value: draft[name], error: this.faults[name], placeholder: 'no limit', inputmode: 'numeric',
                            change: (value) => this.#set(name, value),
                        }),
                    )}
                </fieldset></div>
            </details>
        </form>`;
    }

    #set(name, value) {
        this.draft = { ...this.draft, [name]: value };
        this.faults = {};
        this.fault = '';
    }

    #scope(scope, on) {
        const others = this.draft.scopes.filter((each) => each !== scope);
        this.#set('scopes', on ? [...others, scope] : others);
    }

    async #create(event) {
        event.preventDefault();
        try {
            const { key } = await api.post('api/keys', bodyOf(this.draft));
            this.draft = blank();
            this.faults = {};
            this.fault = '';
            this.dispatchEvent(new CustomEvent('made', { detail: key }));
        } catch (failure) {
            this.faults = failure.fields;
            this.fault = Object.keys(this.faults).length > 0 ? '' : failure.message;
        }
    }
}

function blank() {
    return { name: '', scopes: ['inference'], models: '', expires_in_days: '', requests_per_minute: '', tokens_per_day: '' };
}

/** What is no number goes as it is: the server says what it wants. */
function bodyOf({ name, scopes, models, ...limits }) {
    const patterns = models.split(',').map((each) => each.trim()).filter(Boolean);
    const said = Object.entries(limits).filter(([, value]) => value.trim() !== '');
    const numbers = said.map(([limit, value]) => [limit, Number.isFinite(Number(value)) ? Number(value) : value]);
    return { name: name.trim(), scopes, ...(patterns.length > 0 ? { models: patterns } : {}), ...Object.fromEntries(numbers) };
}

customElements.define('mm-new-key', NewKey);
