import { html } from 'lit';
import { MmElement } from '../ui/element.js';
import { choiceField, textField } from '../ui/fields.js';
import { icon } from '../ui/icon.js';

/**
 * What the model's chat template is told: the options that it is known to take, and any other by name. Tells the new
 * list as `change-options`.
 */
class TemplateOptions extends MmElement {
    static properties = { options: { attribute: false }, faults: { attribute: false } };

    constructor() {
        super();
        /** @type {import('./form.js').Option[]} */
        this.options = [];
        /** @type {Record<string, string>} */
        this.faults = {};
    }

    render() {
        return html`<fieldset>
            <legend>Template options</legend>
            ${this.options.map((option, at) => (option.known ? this.#known(option, at) : this.#free(option, at)))}
            <button type="button" class="plain small add" @click=${this.#add}>${icon('plus')}Another option</button>
        </fieldset>`;
    }

    #known(option, at) {
        const facts = {
            id: `option-${at}`, label: option.name, hint: option.hint, value: option.value, change: (value) => this.#set(at, { value }),
        };
        return option.kind === 'switch'
            ? choiceField({ ...facts, options: [['', 'as the model has it'], ['true', 'on'], ['false', 'off']] })
            : textField(facts);
    }

    #free(option, at) {
        return html`<div class="pair">
            ${textField({ id: `option-${at}-name`, label: 'Option', value: option.name, error: this.faults[`option.${at}`], change: (name) => this.#set(at, { name }) })}
            ${textField({ id: `option-${at}`, label: 'Value', value: option.value, change: (value) => this.#set(at, { value }) })}
            <button type="button" class="quiet square" aria-label="Remove this option" @click=${() => this.#tell(this.options.filter((each) => each !== option))}>
                ${icon('close')}
            </button>
        </div>`;
    }

    #add() {
        this.#tell([...this.options, { name: '', value: '', kind: 'text', known: false, hint: '' }]);
    }

    #set(at, change) {
        this.#tell(this.options.map((option, each) => (each === at ? { ...option, ...change } : option)));
    }

    #tell(options) {
        this.dispatchEvent(new CustomEvent('change-options', { detail: options }));
    }
}

customElements.define('mm-template-options', TemplateOptions);
