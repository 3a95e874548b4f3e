import { html } from 'lit';
import { chatSettings } from '../context.js';
import { MmElement } from '../ui/element.js';
import { icon } from '../ui/icon.js';
import { DEFAULTS } from './settings.js';

const OWN = 'model’s own';
/**
 * Name, label, least, most, step; empty means that the profile or the model decides.
 *
 * @type {[string, string, number, number, number][]}
 */
const NUMBERS = [
    ['topP', 'Top p', 0, 1, 0.01],
    ['topK', 'Top k', 0, 1_000, 1],
    ['minP', 'Min p', 0, 1, 0.01],
    ['repetitionPenalty', 'Repetition penalty', 0.01, 2, 0.01],
    ['seed', 'Seed', 0, 4_294_967_295, 1],
];
const OPENAI_ONLY = ['minP', 'repetitionPenalty', 'seed'];

/** How the next answers are asked for. Fires `close`. */
class ChatSettingsPanel extends MmElement {
    static properties = { open: { type: Boolean, reflect: true } };

    settings = this.follow(chatSettings);

    constructor() {
        super();
        this.open = false;
    }

    render() {
        const { system, temperature, maxTokens, stop, thinking, tools } = this.settings.state;
        return html`<aside id="chat-settings" aria-labelledby="settings-title" ?hidden=${!this.open}>
            <div class="head">
                <h2 id="settings-title">Settings</h2>
                <button type="button" class="quiet square" aria-label="Close settings" @click=${this.#close}>${icon('close')}</button>
            </div>
            <div class="field">
                <label for="system-prompt">System prompt</label>
                <textarea id="system-prompt" rows="5" placeholder="How the model should behave" .value=${system}
                    @input=${({ target }) => chatSettings.update({ system: target.value })}></textarea>
            </div>
            ${this.#toggle('thinking', thinking, 'Think first', 'Models that can, reason before they answer.')}
            ${this.#toggle('tools', tools, 'Tools', 'Calculator, clock, model search and a made-up weather report, run by the server.')}
            <div class="field">
                <label for="temperature">Temperature</label>
                <div class="row">
                    <input id="temperature" type="range" min="0" max="2" step="0.05" .value=${String(temperature ?? 0.7)}
                        aria-describedby="temperature-hint" aria-valuetext=${temperature === null ? OWN : temperature.toFixed(2)}
                        @input=${({ target }) => chatSettings.update({ temperature: Number(target.value) })} />
                    <output for="temperature">${temperature === null ? 'auto' : temperature.toFixed(2)}</output>
                </div>
                <p id="temperature-hint" class="hint">0 gives the same answer every time; higher is freer.</p>
            </div>
            <div class="field">
                <label for="max-tokens">Longest answer</label>
                <div class="row">
                    <input id="max-tokens" type="number" inputmode="numeric" min="1" max="128000" step="1" placeholder="model’s limit"
                        .value=${maxTokens > 0 ? String(maxTokens) : ''} @change=${this.#maxTokens} />
                    <span class="unit">tokens</span>
                </div>
            </div>
            <details class="sampling">
                <summary>${icon('chevron')}More about sampling</summary>
                ${NUMBERS.map((each) => this.#number(each))}
                <div class="field">
                    <label for="stop">Stop at</label>
                    <textarea id="stop" rows="2" placeholder="one text a line" .value=${stop}
                        @change=${({ target }) => chatSettings.update({ stop: target.value.trim() })}></textarea>
                </div>
            </details>
            ${this.#protocol()}
            <button type="button" class="plain" @click=${this.#reset}>Back to defaults</button>
        </aside>`;
    }

    #number([name, label, least, most, step]) {
        const value = this.settings.state[name];
        const unused = OPENAI_ONLY.includes(name) && this.settings.state.protocol !== 'openai';
        return html`<div class="field number">
            <label for="setting-${name}">${label}</label>
            <input id="setting-${name}" type="number" inputmode="decimal" min=${least} max=${most} step=${step} placeholder=${OWN}
                ?disabled=${unused} title=${unused ? 'Only with the OpenAI protocol' : ''} .value=${value === null ? '' : String(value)}
                @change=${({ target }) => this.#setNumber(name, target, least, most)} />
        </div>`;
    }

    #protocol() {
        const { protocol } = this.settings.state;
        return html`<fieldset class="field choice">
            <legend>Protocol</legend>
            ${[['openai', 'OpenAI'], ['anthropic', 'Anthropic']].map(
                ([value, label]) => html`<label><input type="radio" name="protocol" value=${value} .checked=${protocol === value}
                    @change=${() => chatSettings.update({ protocol: /** @type {'openai' | 'anthropic'} */ (value) })} />${label}</label>`,
            )}
            <p class="hint">By which door the page asks; the answers are the same.</p>
        </fieldset>`;
    }

    #toggle(name, on, label, hint) {
        return html`<div class="field toggle">
            <input id="setting-${name}" type="checkbox" role="switch" .checked=${on} aria-describedby="${name}-hint"
                @change=${({ target }) => chatSettings.update({ [name]: target.checked })} />
            <label for="setting-${name}">${label}</label>
            <p id="${name}-hint" class="hint">${hint}</p>
        </div>`;
    }

    #setNumber(name, target, least, most) {
        const wanted = target.value === '' ? null : Number(target.value);
        const value = wanted === null || Number.isNaN(wanted) ? null : Math.min(most, Math.max(least, wanted));
        target.value = value === null ? '' : String(value);
        chatSettings.update({ [name]: value });
    }

    #maxTokens({ target }) {
        const wanted = Math.trunc(Number(target.value));
        chatSettings.update({ maxTokens: wanted >= 1 ? Math.min(wanted, 128_000) : 0 });
    }

    #reset() {
        const { model, ...rest } = DEFAULTS;
        chatSettings.update(rest);
    }

    #close() {
        this.dispatchEvent(new CustomEvent('close'));
    }
}

customElements.define('mm-chat-settings', ChatSettingsPanel);
