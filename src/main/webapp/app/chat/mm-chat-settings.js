import { html } from 'lit';
import { chatSettings } from '../context.js';
import { MmElement } from '../ui/element.js';
import { icon } from '../ui/icon.js';
import { DEFAULTS } from './settings.js';

/** How the next answers are asked for. Fires `close`. */
class ChatSettingsPanel extends MmElement {
    static properties = { open: { type: Boolean, reflect: true } };

    settings = this.follow(chatSettings);

    constructor() {
        super();
        this.open = false;
    }

    render() {
        const { system, temperature, maxTokens, thinking, tools } = this.settings.state;
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
            <div class="field">
                <label for="temperature">Temperature</label>
                <div class="row">
                    <input id="temperature" type="range" min="0" max="2" step="0.05" .value=${String(temperature)}
                        aria-describedby="temperature-hint"
                        @input=${({ target }) => chatSettings.update({ temperature: Number(target.value) })} />
                    <output for="temperature">${temperature.toFixed(2)}</output>
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
            ${this.#toggle('thinking', thinking, 'Think first', 'Models that can, reason before they answer.')}
            ${this.#toggle('tools', tools, 'Calculator', 'A tool the model may call. It runs in this browser.')}
            <button type="button" class="plain" @click=${this.#reset}>Back to defaults</button>
        </aside>`;
    }

    #toggle(name, on, label, hint) {
        return html`<div class="field toggle">
            <input id="setting-${name}" type="checkbox" role="switch" .checked=${on} aria-describedby="${name}-hint"
                @change=${({ target }) => chatSettings.update({ [name]: target.checked })} />
            <label for="setting-${name}">${label}</label>
            <p id="${name}-hint" class="hint">${hint}</p>
        </div>`;
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
