import { html, nothing } from 'lit';

/**
 * Fields of forms: a label, the control, a hint, and what is wrong with the value beside it.
 *
 * @typedef {{id: string, label: string, hint?: string, error?: string, required?: boolean}} Facts
 */

/** @param {Facts} facts @param {unknown} control whose id is the facts' one */
function field({ id, label, hint, error, required }, control) {
    return html`<div class="field ${error ? 'faulty' : ''}">
        <label for=${id}>${label}${required ? html` <span class="needed">needed</span>` : nothing}</label>
        ${control}
        ${error ? html`<p class="fault" id="${id}-fault">${error}</p>` : nothing}
        ${hint ? html`<p class="hint" id="${id}-hint">${hint}</p>` : nothing}
    </div>`;
}

/** @param {Facts} facts */
function about({ id, hint, error }) {
    return [error ? `${id}-fault` : '', hint ? `${id}-hint` : ''].filter(Boolean).join(' ') || nothing;
}

/**
 * @param {Facts & {value: string, change: (value: string) => void, placeholder?: string, type?: string,
 *     autocomplete?: string, inputmode?: string}} facts
 */
export function textField(facts) {
    return field(
        facts,
        html`<input id=${facts.id} type=${facts.type ?? 'text'} .value=${facts.value} placeholder=${facts.placeholder ?? nothing}
            autocomplete=${facts.autocomplete ?? 'off'} inputmode=${facts.inputmode ?? nothing} spellcheck="false"
            aria-invalid=${facts.error ? 'true' : nothing} aria-describedby=${about(facts)} ?required=${facts.required}
            @input=${({ target }) => facts.change(target.value)} />`,
    );
}

/** @param {Facts & {value: string, change: (value: string) => void, placeholder?: string, rows?: number}} facts */
export function areaField(facts) {
    return field(
        facts,
        html`<textarea id=${facts.id} rows=${facts.rows ?? 4} .value=${facts.value} placeholder=${facts.placeholder ?? nothing}
            aria-invalid=${facts.error ? 'true' : nothing} aria-describedby=${about(facts)}
            @input=${({ target }) => facts.change(target.value)}></textarea>`,
    );
}

/** @param {Facts & {value: string, options: [string, string][], change: (value: string) => void}} facts value and words */
export function choiceField(facts) {
    return field(
        facts,
        html`<select id=${facts.id} aria-invalid=${facts.error ? 'true' : nothing} aria-describedby=${about(facts)}
            @change=${({ target }) => facts.change(target.value)}>
            ${facts.options.map(([value, words]) => html`<option value=${value} ?selected=${value === facts.value}>${words}</option>`)}
        </select>`,
    );
}

/** @param {Facts & {value: boolean, change: (value: boolean) => void}} facts */
export function switchField(facts) {
    return html`<div class="field switch">
        <input id=${facts.id} type="checkbox" role="switch" .checked=${facts.value} aria-describedby=${about(facts)}
            @change=${({ target }) => facts.change(target.checked)} />
        <label for=${facts.id}>${facts.label}</label>
        ${facts.hint ? html`<p class="hint" id="${facts.id}-hint">${facts.hint}</p>` : nothing}
    </div>`;
}
