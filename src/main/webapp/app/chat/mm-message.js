import { html } from 'lit';
import { MmElement } from '../ui/element.js';
import './mm-answer.js';
import './mm-question.js';

/** One turn. Its parts fire `retry`, `edit` and `branch`. */
class Message extends MmElement {
    static properties = { turn: { attribute: false }, last: { type: Boolean } };

    constructor() {
        super();
        /** @type {import('./thread.js').Turn} */
        this.turn = undefined;
        this.last = false;
    }

    render() {
        return this.turn.role === 'user'
            ? html`<mm-question .turn=${this.turn}></mm-question>`
            : html`<mm-answer .turn=${this.turn} .last=${this.last}></mm-answer>`;
    }
}

customElements.define('mm-message', Message);
