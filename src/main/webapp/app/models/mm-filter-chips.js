import { html, nothing } from 'lit';
import { MmElement } from '../ui/element.js';
import { chipsFor, everything, toggled } from './filters.js';

/** Chips to choose among models; tells a new choice as `choose`. */
class FilterChips extends MmElement {
    static properties = { traits: { attribute: false }, choice: { attribute: false }, room: { attribute: false } };

    constructor() {
        super();
        /** @type {import('./filters.js').Traits[]} */
        this.traits = [];
        this.choice = everything();
        this.room = 0;
    }

    render() {
        const chips = chipsFor(this.traits, this.room);
        const active = Object.values(this.choice).some((values) => values.length > 0);
        // Where all are alike there is nothing to choose, but what was chosen must stay to be taken back.
        const useful = chips.filter((chip) => this.#chosen(chip) || chip.count < this.traits.length);
        if (useful.length === 0) {
            return nothing;
        }
        return html`<div class="chips" role="group" aria-label="Filters">
            ${useful.map(
                (chip) => html`<button type="button" class="filter-chip" aria-pressed=${this.#chosen(chip)} @click=${() => this.#choose(toggled(this.choice, chip))}>
                    ${chip.value}<span class="count">${chip.count}</span>
                </button>`,
            )}
            ${active ? html`<button type="button" class="link" @click=${() => this.#choose(everything())}>Clear filters</button>` : nothing}
        </div>`;
    }

    #chosen({ group, value }) {
        return this.choice[group].includes(value);
    }

    #choose(choice) {
        this.dispatchEvent(new CustomEvent('choose', { detail: choice }));
    }
}

customElements.define('mm-filter-chips', FilterChips);
