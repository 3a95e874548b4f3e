import { html, nothing } from 'lit';
import { api, poller, status } from '../context.js';
import { bytes } from '../lib/format.js';
import { MmElement } from '../ui/element.js';
import { choiceField } from '../ui/fields.js';
import '../ui/mm-copy-button.js';
import '../ui/mm-notice.js';

const EVERY = 5_000;
const GIGABYTE = 1e9;

/** For administrators: what this server is, what it runs on, how it is, and how much it tells in its log. */
class System extends MmElement {
    static properties = { health: { state: true }, memory: { state: true }, log: { state: true }, notice: { state: true }, told: { state: true } };

    status = this.follow(status);

    constructor() {
        super();
        this.health = null;
        this.memory = null;
        this.log = null;
        this.notice = '';
        this.told = '';
    }

    connectedCallback() {
        super.connectedCallback();
        poller.add({ name: 'system', every: EVERY, run: () => this.#look() });
        api.get('api/system/log-level').then(
            (log) => (this.log = log),
            (failure) => (this.notice = failure.message),
        );
    }

    disconnectedCallback() {
        super.disconnectedCallback();
        poller.remove('system');
    }

    render() {
        const { info, pool } = this.status.state;
        return html`<main class="page">
            <div class="head">
                <h2>System</h2>
                <mm-copy-button label="Copy for a report" .text=${() => JSON.stringify({ ...info, health: this.health, memory: this.memory }, null, 2)}></mm-copy-button>
            </div>
            <mm-notice .text=${this.notice} @dismiss=${() => (this.notice = '')}></mm-notice>
            <mm-notice kind="good" .text=${this.told} @dismiss=${() => (this.told = '')}></mm-notice>
            <div class="panels">
                ${info === null ? nothing : this.#panel('Product', [['Version', info.version], ['Java', info.java_version], ['System', info.os_version], ['Processor', info.arch]])}
                ${info === null ? nothing : this.#panel('Engine', [
                    ['State', info.engine], ['Back end', info.backend], ['Its version', info.backend_version],
                    ['Device', info.device], ['Instructions', info.isa], ['Says', info.engine_message],
                ])}
                ${this.memory === null ? nothing : this.#panel('Memory', [
                    ['Machine', bytes(this.memory.total_gb * GIGABYTE)], ['Free', bytes(this.memory.available_gb * GIGABYTE)],
                    ['Used', `${Math.round(this.memory.percent_used)} %`],
                    ['For models', pool ? `${bytes(pool.current_memory_bytes)} of ${bytes(pool.max_memory_bytes)}` : ''],
                ])}
                ${this.#healthPanel()} ${this.#logPanel()}
            </div>
        </main>`;
    }

    #panel(title, facts) {
        return html`<section class="card" aria-label=${title}>
            <h3>${title}</h3>
            <dl class="details">
                ${facts.filter(([, value]) => value !== '' && value !== undefined && value !== null).map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}
            </dl>
        </section>`;
    }

    #healthPanel() {
        if (this.health === null) {
            return nothing;
        }
        const { status: overall, checks } = this.health;
        return html`<section class="card" aria-label="Health">
            <h3>Health <span class="badge ${overall === 'UP' ? 'good' : 'bad'}">${overall.toLowerCase()}</span></h3>
            <dl class="details">
                ${checks.map(({ name, status: each, data }) => html`<dt>${name}</dt><dd>${each.toLowerCase()}${data?.message ? `: ${data.message}` : ''}</dd>`)}
            </dl>
        </section>`;
    }

    #logPanel() {
        if (this.log === null) {
            return nothing;
        }
        return html`<section class="card" aria-label="Log">
            <h3>Log</h3>
            ${choiceField({
                id: 'log-level', label: 'Level', value: this.log.level, options: this.log.levels.map((level) => [level, level]),
                hint: 'Counts at once, until the next start. Prompts, answers and secrets are never logged.', change: (level) => this.#setLevel(level),
            })}
        </section>`;
    }

    async #setLevel(level) {
        this.notice = '';
        try {
            this.log = await api.put('api/system/log-level', { level });
            this.told = `The log now tells from ${level} on.`;
        } catch (failure) {
            this.notice = failure.message;
            this.log = { ...this.log };
        }
    }

    async #look() {
        const [memory, health] = await Promise.all([
            api.get('api/system/memory'),
            api.get('health').catch((failure) => ({ status: 'DOWN', checks: [{ name: 'server', status: 'DOWN', data: { message: failure.message } }] })),
        ]);
        this.memory = memory;
        this.health = health;
    }
}

customElements.define('mm-system', System);
