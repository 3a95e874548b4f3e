import { html, nothing } from 'lit';
import { bytes, count } from '../lib/format.js';

/** How models are written: their names, what is told about them in a word or two, and whether they fit. */

/** @param {string} id */
export function title(id) {
    const slash = id.lastIndexOf('/') + 1;
    return html`<h3 title=${id}><span class="owner">${id.slice(0, slash)}</span>${id.slice(slash)}</h3>`;
}

/** @param {string | null | undefined | false} text nothing for an empty one @param {'' | 'good' | 'bad' | 'able'} [kind] */
export function badge(text, kind = '') {
    return text ? html`<span class="badge ${kind}">${text}</span>` : nothing;
}

/** @param {import('./library.js').Fit} fit @returns {string} */
export function fitText(fit) {
    if (!fit.supported) {
        return fit.reason ?? 'This model is not supported.';
    }
    if (!fit.fits) {
        return `Too large now: ${bytes(fit.weight_bytes)} of weights, room for ${bytes(fit.room_bytes)}.`;
    }
    const context =
        fit.longest_context >= fit.context_length
            ? `Fits with its whole context of ${count(fit.context_length, 'token')}.`
            : `Fits with a context of ${count(fit.longest_context, 'token')} of ${count(fit.context_length, 'token')}.`;
    return fit.ignored_parts.length > 0 ? `${context} Text only: its ${fit.ignored_parts.join(' and ')} part is not used.` : context;
}
