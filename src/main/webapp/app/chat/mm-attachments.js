import { html, nothing } from 'lit';
import { api, chatSettings, draft, status } from '../context.js';
import { bytes, modelName } from '../lib/format.js';
import { MmElement } from '../ui/element.js';
import { icon } from '../ui/icon.js';
import { accepted, attach, sees } from './attachments.js';

/** The files that go along with the next question. Fires `changed`, also when it is known whether the model sees pictures. */
export class Attachments extends MmElement {
    static properties = { refused: { state: true }, pictures: { state: true } };

    /** The model of which it is known. */
    #asked = '';

    constructor() {
        super();
        /** Whether the model sees pictures, as far as that is known. */
        this.pictures = false;
        /** @type {string[]} */
        this.refused = [];
    }

    render() {
        return html`<input type="file" id="files" multiple hidden accept=${accepted(this.pictures)} @change=${this.#chosen} />
            ${draft.attachments.length === 0 ? nothing : html`<ul class="files" aria-label="Attached files">${draft.attachments.map((file, at) => this.#file(file, at))}</ul>`}
            ${this.refused.length === 0 ? nothing : html`<p class="error" role="alert">${icon('warning')}<span>${this.refused.join(' ')}</span></p>`}`;
    }

    #file({ kind, name, data }, at) {
        return html`<li class="attached">
            ${kind === 'image' ? html`<img src=${data} alt="" />` : icon('file')}
            <span class="name">${name}</span><span class="size">${bytes(kind === 'image' ? data.length * 0.75 : data.length)}</span>
            <button type="button" class="quiet small" aria-label="Remove ${name}" @click=${() => this.#remove(at)}>${icon('close')}</button>
        </li>`;
    }

    /** Finds out whether the model sees pictures: once it looks as if somebody will choose a file. */
    async prepare() {
        const modelId = this.#modelId();
        if (modelId !== '' && modelId !== this.#asked) {
            this.#asked = modelId;
            const pictures = await sees(api, modelId);
            if (modelId === this.#asked) {
                this.pictures = pictures;
                this.#changed();
            }
        }
    }

    /** Lets the user choose files. */
    choose() {
        this.refused = [];
        this.field('#files').click();
    }

    /** @param {File[]} files */
    async add(files) {
        const modelId = this.#modelId();
        const rules = { present: draft.attachments.length, model: modelName(modelId), sees: () => sees(api, modelId) };
        const { taken, refused } = await attach(files, rules);
        draft.attachments = [...draft.attachments, ...taken];
        this.refused = refused;
        this.#changed();
    }

    clear() {
        draft.attachments = [];
        this.refused = [];
        this.#changed();
    }

    #modelId() {
        const { model } = chatSettings.state;
        return status.state.offers.find(({ id }) => id === model)?.model_id ?? model;
    }

    #chosen({ target }) {
        this.add([...target.files]);
        target.value = '';
    }

    #remove(at) {
        draft.attachments = draft.attachments.filter((file, index) => index !== at);
        this.#changed();
    }

    #changed() {
        this.requestUpdate();
        this.dispatchEvent(new CustomEvent('changed'));
    }
}

customElements.define('mm-attachments', Attachments);
