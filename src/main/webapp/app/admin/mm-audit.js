import { html, nothing } from 'lit';
import { guard } from 'lit/directives/guard.js';
import { repeat } from 'lit/directives/repeat.js';
import { api, live, session } from '../context.js';
import { count } from '../lib/format.js';
import { closeDialog, dialog } from '../ui/dialog.js';
import { MmElement } from '../ui/element.js';
import '../ui/mm-copy-button.js';
import '../ui/mm-notice.js';
import { auditRow } from './audit-row.js';
import { AuditTrail } from './audit.js';
import './mm-audit-filters.js';

const LIVE = {
    open: 'Live', connecting: 'Connecting…', waiting: 'Interrupted, coming back…', paused: 'Paused', closed: 'Not live', refused: 'Not live',
};

/** The audit log: what was asked of which model, and who changed what, as it happens. */
class Audit extends MmElement {
    static properties = { shown: { state: true }, verdict: { state: true }, verifying: { state: true }, notice: { state: true }, people: { state: true } };

    trail = this.follow(new AuditTrail(api, live));

    constructor() {
        super();
        /** @type {import('./audit.js').Row | null} */
        this.shown = null;
        this.verdict = '';
        this.verifying = false;
        this.notice = '';
        /** @type {Map<number, string>} */
        this.people = new Map();
    }

    connectedCallback() {
        super.connectedCallback();
        this.trail.open();
        this.#loadPeople();
    }

    disconnectedCallback() {
        super.disconnectedCallback();
        this.trail.close();
    }

    render() {
        const { rows, live: state, notice, filters } = this.trail.state;
        return html`<main class="page wide">
            <div class="head">
                <h2>Audit log</h2>
                <span class="live" data-state=${state} role="status">${LIVE[state]}</span>
            </div>
            <mm-notice .text=${this.notice || notice} @dismiss=${this.#dismiss}></mm-notice>
            <mm-notice kind="good" .text=${this.verdict} @dismiss=${() => (this.verdict = '')}></mm-notice>
            ${this.#stats()}
            <mm-audit-filters .filters=${filters} .people=${this.people} @choose=${({ detail }) => this.trail.open(detail)}></mm-audit-filters>
            <p class="row">
                <button type="button" class="plain small" @click=${() => this.#export('jsonl')}>Export JSON lines</button>
                <button type="button" class="plain small" @click=${() => this.#export('csv')}>Export CSV</button>
                <button type="button" class="plain small" ?disabled=${this.verifying} @click=${this.#verify}>
                    ${this.verifying ? html`<span class="spinner"></span>` : nothing}Verify the chain
                </button>
            </p>
            ${rows === null ? html`<p class="empty" role="status">Looking…</p>` : this.#table(rows)}
            ${this.shown === null ? nothing : this.#details(this.shown)}
        </main>`;
    }

    #stats() {
        const { stats } = this.trail.state;
        if (stats === null) {
            return nothing;
        }
        const { total_requests: requests, by_status: byStatus, unique_models: models, prompt_tokens: read, completion_tokens: written } = stats;
        const successes = byStatus.success ?? 0;
        const figures = [
            ['Requests', requests.toLocaleString('en-US')],
            ['Successful', requests === 0 ? '–' : `${((100 * successes) / requests).toFixed(1).replace('.0', '')} %`],
            ['Models', models],
            ['Tokens read', read.toLocaleString('en-US')],
            ['Tokens written', written.toLocaleString('en-US')],
        ];
        return html`<dl class="figures">${figures.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
    }

    #table(rows) {
        const { older, loading, fresh } = this.trail.state;
        if (rows.length === 0) {
            return html`<p class="empty">No rows ${Object.values(this.trail.state.filters).some(Boolean) ? 'like that' : 'yet'}.</p>`;
        }
        return html`<div class="table" tabindex="0" role="region" aria-label="Audit rows">
                <table class="audit">
                    <thead>
                        <tr>${['When', 'What', 'Who', 'Status', 'Time', 'Tokens'].map((name) => html`<th scope="col">${name}</th>`)}</tr>
                    </thead>
                    <tbody>
                        ${repeat(
                            rows,
                            ({ id }) => id,
                            (row) => guard([row, this.people, row.id > fresh], () => this.#row(row, row.id > fresh)),
                        )}
                    </tbody>
                </table>
            </div>
            ${older ? html`<p class="more"><button type="button" class="plain" ?disabled=${loading} @click=${() => this.trail.more()}>Older rows</button></p>` : nothing}`;
    }

    #row(row, fresh) {
        const { user_id: user } = row;
        const name = user === null ? '–' : (this.people.get(user) ?? `user ${user}`);
        return auditRow(row, { fresh, name, open: () => (this.shown = row) });
    }

    #details(row) {
        const fields = Object.entries(row).filter(([, value]) => value !== null);
        return dialog(
            { title: `Row ${row.id}`, wide: true, close: () => (this.shown = null) },
            html`<dl class="details">${fields.map(([name, value]) => html`<dt>${name.replaceAll('_', ' ')}</dt><dd>${String(value)}</dd>`)}</dl>
                <p class="actions">
                    <mm-copy-button .text=${JSON.stringify(row, null, 2)} label="Copy as JSON"></mm-copy-button>
                    <button type="button" class="primary" autofocus @click=${closeDialog}>Close</button>
                </p>`,
        );
    }

    async #export(form) {
        await this.#doing(async () => {
            const link = document.createElement('a');
            link.href = String(await this.trail.file(form));
            link.download = '';
            link.click();
        });
    }

    async #verify() {
        this.verifying = true;
        this.verdict = '';
        await this.#doing(async () => {
            const { intact, rows, first_broken_id: broken, reason } = await this.trail.verify();
            if (intact) {
                this.verdict = `The chain is intact: ${count(rows, 'row')}, each as it was written.`;
            } else {
                this.notice = `The chain is broken at row ${broken}: ${reason}`;
            }
        });
        this.verifying = false;
    }

    async #doing(action) {
        this.notice = '';
        try {
            await action();
        } catch (failure) {
            this.notice = failure.message;
        }
    }

    #dismiss() {
        this.notice = '';
        this.trail.update({ notice: '' });
    }

    /** Auditors who are no administrators see numbers instead of names. */
    async #loadPeople() {
        if (session.state.user?.is_admin) {
            const users = await api.get('api/auth/users').catch(() => []);
            this.people = new Map(users.map(({ id, email }) => [id, email]));
        }
    }
}

customElements.define('mm-audit', Audit);
