import { html, nothing } from 'lit';
import { MmElement } from '../ui/element.js';
import { icon } from '../ui/icon.js';

const LONGEST_HEAD = 300;

/** A tool that the model asked for: name and arguments, and the result where there is one. All of it is plain text. */
class ToolCallBlock extends MmElement {
    static properties = { call: { attribute: false }, running: { attribute: false } };

    constructor() {
        super();
        /** @type {import('./answer.js').ToolCall} */
        this.call = { id: '', name: '', arguments: '' };
        this.running = false;
    }

    render() {
        const { name, arguments: args, result } = this.call;
        return html`<details class="tool">
            <summary>
                ${icon('tool')}<span class="name">${name || 'tool'}</span>
                <span class="short">${oneLine(args)}</span>
                ${result === undefined ? nothing : html`<span class="result">${oneLine(result)}</span>`}
            </summary>
            <dl>
                <dt>Arguments</dt>
                <dd><pre tabindex="0">${indented(args)}</pre></dd>
                <dt>Result</dt>
                <dd>${result === undefined ? html`<em>${this.running ? 'Running…' : 'Not run here.'}</em>` : html`<pre tabindex="0">${indented(result)}</pre>`}</dd>
            </dl>
        </details>`;
    }
}

/** For the head line, which shows one line at most: a result may have a million characters. */
function oneLine(text) {
    return unwrapped(text).slice(0, LONGEST_HEAD);
}

function unwrapped(text) {
    try {
        const value = JSON.parse(text);
        if (value !== null && typeof value === 'object') {
            return Object.values(value).map(String).join(', ');
        }
    } catch {
        // No JSON: shown as it is.
    }
    return text;
}

function indented(text) {
    try {
        return JSON.stringify(JSON.parse(text), null, 2);
    } catch {
        return text;
    }
}

customElements.define('mm-tool-call', ToolCallBlock);
