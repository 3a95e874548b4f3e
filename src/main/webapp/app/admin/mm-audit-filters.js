import { html } from 'lit';
import { MmElement } from '../ui/element.js';
import { choiceField, textField } from '../ui/fields.js';
import { noFilters } from './audit.js';

const TYPING_ENDS = 400;

/** Which rows are shown, old and new alike; tells a new choice as `choose`. */
class AuditFilters extends MmElement {
    static properties = { filters: { attribute: false }, people: { attribute: false } };

    constructor() {
        super();
        this.filters = noFilters();
        /** @type {Map<number, string>} */
        this.people = new Map();
        this.timer = 0;
    }

    disconnectedCallback() {
        super.disconnectedCallback();
        clearTimeout(this.timer);
    }

    render() {
        const any = Object.values(this.filters).some(Boolean);
        return html`<form class="filters" aria-label="Filters" @submit=${(event) => event.preventDefault()}>
            ${this.#choice('kind', 'Kind', ['inference', 'security'])}
            ${this.#choice('status', 'Status', ['success', 'error', 'timeout', 'cancelled', 'refused'])}
            ${textField({ id: 'audit-model', label: 'Model', value: this.filters.model, placeholder: 'its whole name', change: (value) => this.#later('model', value) })}
            ${this.people.size === 0
                ? textField({ id: 'audit-user_id', label: 'User', value: this.filters.user_id, inputmode: 'numeric', change: (value) => this.#later('user_id', value) })
                : choiceField({
                      id: 'audit-user_id', label: 'User', value: this.filters.user_id,
                      options: [['', 'all'], ...[...this.people].map(([id, email]) => /** @type {[string, string]} */ ([String(id), email]))],
                      change: (value) => this.#choose('user_id', value),
                  })}
            ${this.#choice('backend_type', 'Answered by', ['local', 'openai', 'anthropic'])}
            ${textField({ id: 'audit-start_time', label: 'From', type: 'datetime-local', value: this.filters.start_time, change: (value) => this.#later('start_time', value) })}
            ${textField({ id: 'audit-end_time', label: 'Until', type: 'datetime-local', value: this.filters.end_time, change: (value) => this.#later('end_time', value) })}
            <button type="button" class="plain small" ?disabled=${!any} @click=${() => this.#tell(noFilters())}>Clear</button>
        </form>`;
    }

    #choice(name, label, values) {
        return choiceField({
            id: `audit-${name}`, label, value: this.filters[name],
            options: [['', 'all'], ...values.map((value) => [value, value])],
            change: (value) => this.#choose(name, value),
        });
    }

    #choose(name, value) {
        this.#tell({ ...this.filters, [name]: value });
    }

    #later(name, value) {
        clearTimeout(this.timer);
        this.timer = setTimeout(() => this.#choose(name, value), TYPING_ENDS);
    }

    #tell(filters) {
        clearTimeout(this.timer);
        this.dispatchEvent(new CustomEvent('choose', { detail: filters }));
    }
}

customElements.define('mm-audit-filters', AuditFilters);
