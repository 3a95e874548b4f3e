import { html } from 'lit';
import { chatSettings, draft, status } from '../context.js';
import { askedName } from '../lib/format.js';
import { MmElement } from '../ui/element.js';
import { icon } from '../ui/icon.js';
import './mm-attachments.js';

/** The message box and what goes along. Fires `ask` with `{text, attachments}`, and `stop`. */
class Composer extends MmElement {
    static properties = { streaming: { type: Boolean }, empty: { state: true } };

    #eager = false;
    settings = this.follow(chatSettings);
    status = this.follow(status);

    constructor() {
        super();
        this.streaming = false;
        this.empty = draft.text.trim() === '' && draft.attachments.length === 0;
    }

    firstUpdated() {
        const box = this.#box;
        box.value = draft.text;
        this.#grow(box);
        if (!touchKeyboard()) {
            box.focus();
        }
    }

    updated() {
        if (this.#eager && this.settings.state.model !== '') {
            this.#send();
        }
    }

    render() {
        const ready = this.settings.state.model !== '';
        return html`<form class="composer" @submit=${this.#submit} @paste=${this.#paste} @dragover=${this.#over} @drop=${this.#drop}>
            <mm-attachments @changed=${this.#changed}></mm-attachments>
            <label class="visually-hidden" for="message">Message</label>
            <button type="button" class="quiet attach" aria-label="Attach files" title=${this.#attachable()} @click=${this.#attach}
                @pointerenter=${this.#prepare} @focus=${this.#prepare}>
                ${icon('attach')}
            </button>
            <textarea id="message" rows="1" placeholder=${this.#placeholder(ready)} @input=${this.#typed}
                @keydown=${this.#key} aria-describedby="keys"></textarea>
            ${this.streaming
                ? html`<button type="button" class="send stop" @click=${this.#stop} aria-label="Stop" title="Stop (Esc)">
                      ${icon('stop')}
                  </button>`
                : html`<button type="submit" class="send" ?disabled=${this.empty || !ready} aria-label="Send" title="Send (Enter)">
                      ${icon('send')}
                  </button>`}
            <p id="keys" class="keys">
                <span><kbd>Enter</kbd> sends</span><span><kbd>Shift</kbd> <kbd>Enter</kbd> new line</span>
                <span><kbd>Esc</kbd> stops</span>
            </p>
        </form>`;
    }

    get #box() {
        return this.field('#message');
    }

    #placeholder(ready) {
        if (ready) {
            return 'Ask something';
        }
        return this.status.state.modelsKnown ? 'No model on this machine yet' : 'Looking for models…';
    }

    #typed({ target }) {
        draft.text = target.value;
        this.#eager = false;
        this.#changed();
        this.#grow(target);
    }

    #changed() {
        this.empty = draft.text.trim() === '' && draft.attachments.length === 0;
        this.requestUpdate();
    }

    get #attachments() {
        return /** @type {import('./mm-attachments.js').Attachments} */ (this.querySelector('mm-attachments'));
    }

    #attachable() {
        const { model } = this.settings.state;
        return this.#attachments?.pictures
            ? 'Attach text files or pictures'
            : `Attach text files. Pictures are for models that a probe found to see them${model === '' ? '' : `; ${askedName(model)} is none`}.`;
    }

    #prepare() {
        this.#attachments.prepare();
    }

    #attach() {
        this.#attachments.choose();
    }

    #paste(event) {
        if (event.clipboardData.files.length > 0) {
            event.preventDefault();
            this.#attachments.add([...event.clipboardData.files]);
        }
    }

    #over(event) {
        if (event.dataTransfer.types.includes('Files')) {
            event.preventDefault();
        }
    }

    #drop(event) {
        if (event.dataTransfer.files.length > 0) {
            event.preventDefault();
            this.#attachments.add([...event.dataTransfer.files]);
        }
    }

    #grow(box) {
        if (!CSS.supports('field-sizing', 'content')) {
            box.style.height = 'auto';
            box.style.height = `${box.scrollHeight}px`;
        }
    }

    #key(event) {
        // While an input method composes, Enter belongs to it.
        if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
            event.preventDefault();
            this.#submit(event);
        }
    }

    #submit(event) {
        event.preventDefault();
        this.#send();
    }

    #send() {
        const text = draft.text.trim();
        const { attachments } = draft;
        if ((text === '' && attachments.length === 0) || this.streaming) {
            return;
        }
        if (this.settings.state.model === '') {
            // Somebody who types faster than the list of models arrives has still pressed Enter.
            this.#eager = !this.status.state.modelsKnown;
            return;
        }
        this.#eager = false;
        this.#box.value = draft.text = '';
        this.#attachments.clear();
        this.empty = true;
        this.#grow(this.#box);
        if (touchKeyboard()) {
            this.#box.blur();
        }
        this.dispatchEvent(new CustomEvent('ask', { detail: { text, attachments }, bubbles: true }));
    }

    #stop() {
        this.dispatchEvent(new CustomEvent('stop', { bubbles: true }));
        this.#box.focus();
    }
}

/** Where focus would push a keyboard over half of the screen, only a finger gives it. */
function touchKeyboard() {
    return matchMedia('(hover: none) and (pointer: coarse)').matches;
}

customElements.define('mm-composer', Composer);
