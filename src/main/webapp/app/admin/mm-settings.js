import { html, nothing } from 'lit';
import { api, status } from '../context.js';
import { bytes } from '../lib/format.js';
import { MmElement } from '../ui/element.js';
import { choiceField, textField } from '../ui/fields.js';
import '../ui/mm-notice.js';

const POOL = 'api/settings/pool';
const TIMEOUTS = 'api/settings/timeouts';
const HUB = 'api/settings/huggingface';

/** For administrators: what counts at once for everybody. Each part is saved by itself. */
class Settings extends MmElement {
    static properties = {
        pool: { state: true }, timeouts: { state: true }, hub: { state: true }, secret: { state: true },
        faults: { state: true }, notice: { state: true }, told: { state: true },
    };

    status = this.follow(status);

    constructor() {
        super();
        this.pool = null;
        this.timeouts = null;
        this.hub = null;
        this.secret = '';
        /** @type {Record<string, string>} */
        this.faults = {};
        this.notice = '';
        this.told = '';
    }

    connectedCallback() {
        super.connectedCallback();
        this.#load();
    }

    render() {
        return html`<main class="page narrow">
            <h2>Settings</h2>
            <mm-notice .text=${this.notice} @dismiss=${() => (this.notice = '')}></mm-notice>
            <mm-notice kind="good" .text=${this.told} @dismiss=${() => (this.told = '')}></mm-notice>
            ${this.pool === null ? html`<p class="empty" role="status">Looking…</p>` : html`${this.#poolForm()} ${this.#timeoutForm()} ${this.#hubForm()}`}
        </main>`;
    }

    #poolForm() {
        const { memory_limit_mode: mode, eviction_policy: policy, preloaded_profiles: preloaded } = this.pool;
        const room = this.status.state.pool;
        const set = (name) => (value) => (this.pool = { ...this.pool, [name]: value });
        return this.#form('Memory for models', this.#savePool, html`
            ${choiceField({
                id: 'memory_limit_mode', label: 'Limit is', value: mode, change: set('memory_limit_mode'),
                options: [['percent', 'a share of the memory'], ['gb', 'a number of gigabytes']],
            })}
            ${this.#number('memory_limit_value', mode === 'gb' ? 'Gigabytes' : 'Percent', this.pool, set,
                room ? `Now ${bytes(room.current_memory_bytes)} of ${bytes(room.max_memory_bytes)} are used.` : '')}
            ${choiceField({
                id: 'eviction_policy', label: 'Models leave', value: policy, change: set('eviction_policy'),
                options: [['lru', 'when another needs their room'], ['ttl', 'also after a time without requests']],
            })}
            ${this.#number('max_models', 'Models at once', this.pool, set, '0: as many as fit.')}
            ${policy === 'ttl' ? this.#number('ttl_seconds', 'Seconds without requests', this.pool, set) : nothing}
            ${preloaded.length === 0 ? nothing : html`<p class="hint whole">Started with the server: ${preloaded.map(({ name }) => name).join(', ')}.</p>`}
        `);
    }

    #timeoutForm() {
        const set = (name) => (value) => (this.timeouts = { ...this.timeouts, [name]: value });
        return this.#form('Longest answers, in seconds', this.#saveTimeouts, html`
            ${this.#number('chat_seconds', 'Chat and messages', this.timeouts, set)}
            ${this.#number('completions_seconds', 'Completions', this.timeouts, set)}
            ${this.#number('embeddings_seconds', 'Embeddings', this.timeouts, set)}
        `);
    }

    #hubForm() {
        return this.#form('Hugging Face', this.#saveToken, html`
            <p class="hint whole">
                ${this.hub.configured
                    ? 'A token is kept, sealed; it is never shown. A new one takes its place.'
                    : 'A token opens gated models and your own private ones. It is kept sealed and never shown.'}
            </p>
            ${textField({
                id: 'hub-token', label: 'Token', type: 'password', value: this.secret, placeholder: this.hub.configured ? '••••••••' : 'hf_…',
                error: this.faults['token'], autocomplete: 'off', change: (value) => (this.secret = value),
            })}
        `, this.hub.configured ? html`<button type="button" class="plain" @click=${this.#removeToken}>Remove the token</button>` : nothing);
    }

    /** @param {string} title @param {(event: Event) => void} save @param {unknown} fields @param {unknown} [more] */
    #form(title, save, fields, more = nothing) {
        return html`<form class="form" novalidate @submit=${save} aria-label=${title}>
            <fieldset>
                <legend>${title}</legend>
                ${fields}
                <p class="row whole"><button class="primary">Save</button>${more}</p>
            </fieldset>
        </form>`;
    }

    #number(name, label, values, set, hint = '') {
        return textField({ id: name, label, hint, value: String(values[name]), error: this.faults[name], inputmode: 'numeric', change: set(name) });
    }

    #savePool(event) {
        const { memory_limit_mode: mode, memory_limit_value: value, eviction_policy: policy, ttl_seconds: ttl, max_models: most } = this.pool;
        const body = { memory_limit_mode: mode, memory_limit_value: number(value), eviction_policy: policy, ttl_seconds: number(ttl), max_models: number(most) };
        return this.#save(event, 'The memory for models is set.', async () => {
            this.pool = await api.put(POOL, body);
        });
    }

    #saveTimeouts(event) {
        const body = Object.fromEntries(Object.entries(this.timeouts).map(([name, value]) => [name, number(value)]));
        return this.#save(event, 'The longest answers are set.', async () => (this.timeouts = await api.put(TIMEOUTS, body)));
    }

    #saveToken(event) {
        return this.#save(event, 'The token is kept.', async () => {
            this.hub = await api.put(HUB, { token: this.secret });
            this.secret = '';
        });
    }

    #removeToken(event) {
        return this.#save(event, 'The token is gone.', async () => {
            await api.delete(HUB);
            this.hub = { configured: false };
        });
    }

    async #save(event, told, work) {
        event.preventDefault();
        this.faults = {};
        this.notice = this.told = '';
        try {
            await work();
            this.told = told;
        } catch (failure) {
            this.faults = failure.fields;
            this.notice = Object.keys(this.faults).length > 0 ? '' : failure.message;
            await this.updateComplete;
            this.focusOn('[aria-invalid="true"]');
        }
    }

    async #load() {
        try {
            [this.timeouts, this.hub, this.pool] = await Promise.all([api.get(TIMEOUTS), api.get(HUB), api.get(POOL)]);
        } catch (failure) {
            this.notice = failure.message;
        }
    }
}

/** What is no number goes to the server as it is, which says what it wants. */
function number(value) {
    const text = String(value).trim();
    return text !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
}

customElements.define('mm-settings', Settings);
