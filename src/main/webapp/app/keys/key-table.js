import { html } from 'lit';
import { repeat } from 'lit/directives/repeat.js';

/**
 * @typedef {{id: number, user_id: number, name: string, prefix: string, scopes: string[], models: string[], created_at: string,
 *            last_used_at: string | null, expires_at: string | null, revoked_at: string | null,
 *            requests_per_minute: number | null, tokens_per_day: number | null}} Key
 */

/**
 * Keys as a table, never with their secret part.
 *
 * @param {Key[]} keys
 * @param {string} label of the table
 * @param {(key: Key) => unknown} actions the buttons of a row
 */
export function keyTable(keys, label, actions) {
    return html`<div class="table" tabindex="0" role="region" aria-label=${label}>
        <table>
            <thead>
                <tr>
                    ${['Name', 'Key', 'For', 'Models', 'Limits', 'Made', 'Last used'].map((name) => html`<th scope="col">${name}</th>`)}
                    <th scope="col"><span class="visually-hidden">Actions</span></th>
                </tr>
            </thead>
            <tbody>
                ${repeat(
                    keys,
                    ({ id }) => id,
                    (key) => html`<tr>
                        <th scope="row">${key.name}</th>
                        <td><code>${key.prefix}…</code></td>
                        <td data-label="for">${key.scopes.join(', ')}</td>
                        <td data-label="models">${key.models.length === 0 ? 'all' : key.models.join(', ')}</td>
                        <td data-label="limits">${limits(key)}</td>
                        <td data-label="made">${date(key.created_at)}</td>
                        <td data-label="used">${key.last_used_at === null ? 'never' : date(key.last_used_at)}</td>
                        <td class="actions">${actions(key)}</td>
                    </tr>`,
                )}
            </tbody>
        </table>
    </div>`;
}

/** @param {Key} key @returns {boolean} whether it still opens anything */
export function alive({ revoked_at: revoked, expires_at: expires }) {
    return revoked === null && (expires === null || new Date(expires) > new Date());
}

function limits({ requests_per_minute: requests, tokens_per_day: tokens, expires_at: expires }) {
    const said = [
        requests === null ? '' : `${requests.toLocaleString('en-US')} a minute`,
        tokens === null ? '' : `${tokens.toLocaleString('en-US')} tokens a day`,
        expires === null ? '' : `until ${date(expires)}`,
    ].filter(Boolean);
    return said.length === 0 ? 'none' : said.join(', ');
}

function date(instant) {
    return new Date(instant).toLocaleDateString();
}
