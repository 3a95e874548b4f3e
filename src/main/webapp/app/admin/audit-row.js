import { html, nothing } from 'lit';
import { duration } from '../lib/format.js';

/** How one row of the audit log is written. What comes from elsewhere is clipped; its details have it whole. */

const LONGEST_CELL = 100;

/**
 * @param {import('./audit.js').Row} row
 * @param {{fresh: boolean, name: string, open: () => void}} facts fresh: it came while one watched; name: of its user
 */
export function auditRow(row, { fresh, name, open }) {
    const { status, timestamp, duration_ms: took, prompt_tokens: read, completion_tokens: written, key_id: key } = row;
    const time = new Date(timestamp);
    return html`<tr class=${fresh ? 'fresh' : ''}>
        <td><time datetime=${timestamp} title=${time.toLocaleString()}>${shortTime(time)}</time></td>
        <th scope="row"><button type="button" class="link" @click=${open}>${clipped(row.model ?? row.endpoint)}</button>
            <span class="aside">${clipped(row.model === null ? (row.subject ?? '') : row.endpoint)}</span></th>
        <td>${clipped(name)}${key === null ? nothing : html`<span class="aside">${clipped(key)}</span>`}</td>
        <td><span class="badge ${status === 'success' ? 'good' : 'bad'}">${clipped(status)}</span></td>
        <td class="number">${duration(took)}</td>
        <td class="number">${read === null && written === null ? '–' : `${read ?? 0} + ${written ?? 0}`}</td>
    </tr>`;
}

function clipped(text) {
    return text.length > LONGEST_CELL ? `${text.slice(0, LONGEST_CELL)}…` : text;
}

function shortTime(time) {
    const sameDay = time.toDateString() === new Date().toDateString();
    const clock = time.toLocaleTimeString([], sameDay ? {} : { hour: '2-digit', minute: '2-digit' });
    return sameDay ? clock : `${time.toLocaleDateString()} ${clock}`;
}
