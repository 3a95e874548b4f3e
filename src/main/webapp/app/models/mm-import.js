import { html, nothing } from 'lit';
import { library, uploads } from '../context.js';
import { bytes, count } from '../lib/format.js';
import { closeDialog, dialog } from '../ui/dialog.js';
import { MmElement } from '../ui/element.js';
import { textField } from '../ui/fields.js';
import { chosenFiles, droppedFiles, modelFiles } from './files.js';

/** What the dialog is given when files were dropped beside it. @typedef {import('./files.js').NamedFile} NamedFile */

/** For administrators: takes over a model from this computer, or from a folder or a zip on the server's own disk. */
class Import extends MmElement {
    static properties = {
        dropped: { attribute: false },
        from: { state: true },
        path: { state: true },
        name: { state: true },
        chosen: { state: true },
        faults: { state: true },
        fault: { state: true },
        busy: { state: true },
    };

    constructor() {
        super();
        /** @type {NamedFile[]} files to begin with */
        this.dropped = [];
        /** @type {'here' | 'server'} */
        this.from = 'here';
        this.path = '';
        this.name = '';
        /** @type {NamedFile[]} */
        this.chosen = [];
        /** @type {Record<string, string>} */
        this.faults = {};
        this.fault = '';
        this.busy = false;
    }

    /** The name that nobody has typed. */
    #suggested = '';

    willUpdate(changed) {
        if (changed.has('dropped')) {
            this.#choose(this.dropped);
        }
    }

    render() {
        const here = this.from === 'here';
        return dialog(
            { title: 'Import a model', close: () => this.dispatchEvent(new Event('leave')) },
            html`<form novalidate @submit=${this.#import}>
                <fieldset class="segments">
                    <legend class="visually-hidden">Where the model is</legend>
                    ${this.#source('here', 'On this computer')} ${this.#source('server', 'On the server’s disk')}
                </fieldset>
                ${here ? this.#files() : this.#path()}
                ${textField({
                    id: 'import-name', label: 'Name here', value: this.name, placeholder: 'owner/my-model-4bit',
                    error: this.faults.model_id, change: (value) => this.#typed('name', value),
                })}
                <p class="fault" role="alert">${this.fault}</p>
                <p class="actions">
                    <button type="button" class="plain" @click=${closeDialog}>Cancel</button>
                    <button class="primary" ?disabled=${this.busy || (here && this.chosen.length === 0)}>
                        ${this.busy ? html`<span class="spinner"></span>` : nothing}Import
                    </button>
                </p>
            </form>`,
        );
    }

    #source(value, label) {
        return html`<label><input type="radio" name="import-from" value=${value} .checked=${this.from === value} @change=${() => this.#typed('from', value)} />${label}</label>`;
    }

    #path() {
        return html`<p class="hint">A folder or zip with config.json, safetensors and tokenizer.</p>
            ${textField({
                id: 'import-path', label: 'Path on the server', value: this.path, placeholder: '/data/models/my-model-4bit',
                error: this.faults.path, change: (value) => this.#typed('path', value),
            })}`;
    }

    #files() {
        const size = this.chosen.reduce((sum, { file }) => sum + file.size, 0);
        return html`<div class="drop-here" @dragover=${this.#over} @drop=${this.#drop}>
            <p>${this.chosen.length === 0 ? 'Drop the folder of a model here, or a zip of it.' : `${count(this.chosen.length, 'file')}, ${bytes(size)}`}</p>
            <p class="actions">
                <button type="button" class="plain small" @click=${() => this.field('#import-folder').click()}>Choose a folder</button>
                <button type="button" class="plain small" @click=${() => this.field('#import-zip').click()}>Choose a zip</button>
            </p>
            <input id="import-folder" type="file" hidden webkitdirectory @change=${this.#picked} />
            <input id="import-zip" type="file" hidden accept=".zip,application/zip" @change=${this.#picked} />
        </div>`;
    }

    #picked({ target }) {
        const files = chosenFiles(target.files);
        target.value = '';
        this.#choose(files);
    }

    #over(event) {
        event.preventDefault();
    }

    async #drop(event) {
        event.preventDefault();
        this.#choose(await droppedFiles(event.dataTransfer));
    }

    #choose(found) {
        if (found.length === 0) {
            return;
        }
        const { files, name, fault } = modelFiles(found);
        this.from = 'here';
        this.chosen = fault === '' ? files : [];
        this.faults = {};
        this.fault = fault;
        if (fault === '' && name !== '' && this.name === this.#suggested) {
            this.name = this.#suggested = `local/${name}`;
        }
    }

    #typed(field, value) {
        this[field] = value;
        this.faults = {};
        this.fault = '';
    }

    async #import(event) {
        event.preventDefault();
        const form = event.currentTarget;
        const name = this.name.trim();
        this.busy = true;
        try {
            await (this.from === 'here' ? uploads.start(name, this.chosen) : library.take(this.path.trim(), name));
            form.closest('dialog').close();
        } catch (failure) {
            const { files, ...faults } = failure.fields;
            this.faults = faults;
            this.fault = files ?? (Object.keys(faults).length > 0 ? '' : failure.message);
            await this.updateComplete;
            this.focusOn('[aria-invalid="true"]');
        } finally {
            this.busy = false;
        }
    }
}

customElements.define('mm-import', Import);
