import { html, nothing } from 'lit';
import { library } from '../context.js';
import { closeDialog, dialog } from '../ui/dialog.js';
import { MmElement } from '../ui/element.js';
import { textField } from '../ui/fields.js';

/** For administrators: takes over a model that lies in a folder or a zip on the server's own disk. */
class Import extends MmElement {
    static properties = { path: { state: true }, name: { state: true }, faults: { state: true }, fault: { state: true }, busy: { state: true } };

    constructor() {
        super();
        this.path = '';
        this.name = '';
        /** @type {Record<string, string>} */
        this.faults = {};
        this.fault = '';
        this.busy = false;
    }

    render() {
        return dialog(
            { title: 'Import a model', close: () => this.dispatchEvent(new Event('leave')) },
            html`<form novalidate @submit=${this.#import}>
                <p class="hint">A folder or zip with config.json, safetensors and tokenizer, on the disk of the server.</p>
                ${textField({
                    id: 'import-path', label: 'Path on the server', value: this.path, placeholder: '/data/models/my-model-4bit',
                    error: this.faults.path, change: (value) => this.#typed('path', value),
                })}
                ${textField({
                    id: 'import-name', label: 'Name here', value: this.name, placeholder: 'owner/my-model-4bit',
                    error: this.faults.model_id, change: (value) => this.#typed('name', value),
                })}
                <p class="fault" role="alert">${this.fault}</p>
                <p class="actions">
                    <button type="button" class="plain" @click=${closeDialog}>Cancel</button>
                    <button class="primary" ?disabled=${this.busy}>${this.busy ? html`<span class="spinner"></span>` : nothing}Import</button>
                </p>
            </form>`,
        );
    }

    #typed(field, value) {
        this[field] = value;
        this.faults = {};
        this.fault = '';
    }

    async #import(event) {
        event.preventDefault();
        const form = event.currentTarget;
        this.busy = true;
        try {
            await library.take(this.path.trim(), this.name.trim());
            form.closest('dialog').close();
        } catch (failure) {
            this.faults = failure.fields;
            this.fault = Object.keys(this.faults).length > 0 ? '' : failure.message;
            await this.updateComplete;
            this.focusOn('[aria-invalid="true"]');
        } finally {
            this.busy = false;
        }
    }
}

customElements.define('mm-import', Import);
