import { Store } from '../lib/store.js';

/**
 * @typedef {{id: number, kind: string, timestamp: string, user_id: number | null, key_id: string | null, model: string | null,
 *            profile: string | null, backend_type: string | null, endpoint: string, subject: string | null, status: string,
 *            duration_ms: number, prompt_tokens: number | null, completion_tokens: number | null, error_message: string | null,
 *            [field: string]: any}} Row
 * @typedef {{kind: string, model: string, backend_type: string, status: string, user_id: string, start_time: string,
 *            end_time: string}} Filters all empty for everything
 * @typedef {{rows: Row[] | null, filters: Filters, older: boolean, loading: boolean,
 *            live: import('../lib/live.js').ChannelState, fresh: number, stats: any, notice: string}} AuditState
 *     older: whether there may be older rows; fresh: the id above which rows came while one watched
 */

const PAGE = 50;
/** More rows than these are not kept while they come by themselves; older ones are asked for. */
const MOST_LIVE = 500;
const FLUSH_EVERY = 250;
/** What is drawn in one go; the rest of a burst follows when the page has had a moment for its reader. */
const MOST_AT_ONCE = 60;
const BREATH = 30;
const STATS_AFTER = 2_000;

/** @returns {Filters} */
export function noFilters() {
    return { kind: '', model: '', backend_type: '', status: '', user_id: '', start_time: '', end_time: '' };
}

/**
 * @param {Filters} filters
 * @returns {URLSearchParams} as the server reads them: local times as instants
 */
export function queryOf(filters) {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(filters)) {
        const said = value.trim();
        if (said !== '') {
            query.set(name, name.endsWith('_time') ? new Date(said).toISOString() : said);
        }
    }
    return query;
}

/**
 * @param {Row[]} rows newest first
 * @param {Row[]} more in whatever order, may be known already
 * @returns {Row[]} newest first, each once
 */
export function merged(rows, more) {
    const known = new Set(rows.map(({ id }) => id));
    const added = more.filter(({ id }) => !known.has(id) && known.add(id));
    return added.length === 0 ? rows : [...added, ...rows].sort((a, b) => b.id - a.id);
}

/**
 * The audit log as one watches it: pages of old rows by key, new ones as they are written, all through the same filters,
 * which the server applies. Rows that come in a burst are shown by the dozen, and the numbers are asked for once after it.
 *
 * @extends {Store<AuditState>}
 */
export class AuditTrail extends Store {
    #api;
    #live;
    #timers;
    #channel = null;
    #waiting = [];
    #flush = 0;
    #stats = 0;
    #asked = new AbortController();

    /**
     * @param {import('../lib/api.js').Api} api
     * @param {import('../lib/live.js').Live} live
     * @param {{setTimeout: Function, clearTimeout: Function}} [timers]
     */
    constructor(api, live, timers = globalThis) {
        super({
            rows: null, filters: noFilters(), older: false, loading: false, live: 'closed', fresh: Infinity, stats: null, notice: '',
        });
        this.#api = api;
        this.#live = live;
        this.#timers = timers;
    }

    /** @param {Filters} [filters] begins anew with these; the ones before without */
    open(filters = this.state.filters) {
        this.close();
        this.#asked = new AbortController();
        this.update({ rows: null, filters, older: false, notice: '', fresh: Infinity });
        this.#load();
        this.#loadStats();
        const query = String(queryOf(filters));
        this.#channel = this.#live.socket(`api/system/ws/audit-logs${query === '' ? '' : `?${query}`}`, {
            idOf: ({ data }) => (data?.type === 'log' ? data.data.id : undefined),
            message: ({ data }) => this.#heard(data),
            state: (state, reason) => this.#liveIs(state, reason),
        });
    }

    close() {
        this.#channel?.close();
        this.#channel = null;
        this.#asked.abort();
        this.#timers.clearTimeout(this.#flush);
        this.#timers.clearTimeout(this.#stats);
        this.#flush = this.#stats = 0;
        this.#waiting = [];
    }

    /** The next page of rows, older than all that are here. */
    async more() {
        const { rows } = this.state;
        await this.#load(rows?.at(-1)?.id);
    }

    /** @param {'jsonl' | 'csv'} form @returns {Promise<URL>} an address with a ticket, for the browser to fetch once */
    file(form) {
        const query = queryOf(this.state.filters);
        query.set('format', form);
        return this.#api.ticketed(`api/system/audit-logs/export?${query}`);
    }

    /** @returns {Promise<{intact: boolean, rows: number, first_broken_id: number | null, reason: string | null}>} */
    verify() {
        return this.#api.get('api/system/audit-logs/verify');
    }

    async #load(before = undefined) {
        const { signal } = this.#asked;
        const query = queryOf(this.state.filters);
        query.set('limit', String(PAGE));
        if (before !== undefined) {
            query.set('before_id', String(before));
        }
        this.update({ loading: true });
        try {
            const page = await this.#api.get(`api/system/audit-logs?${query}`, { signal });
            const rows = merged(this.state.rows ?? [], page);
            const fresh = Math.min(this.state.fresh, before === undefined ? (page[0]?.id ?? 0) : Infinity);
            this.update({ rows, fresh, older: before === undefined && this.state.older ? true : page.length === PAGE, loading: false });
        } catch (failure) {
            if (!signal.aborted) {
                this.update({ loading: false, notice: failure.message });
            }
        }
    }

    async #loadStats() {
        const { signal } = this.#asked;
        try {
            this.update({ stats: await this.#api.get(`api/system/audit-logs/stats?${queryOf(this.state.filters)}`, { signal }) });
        } catch (failure) {
            if (!signal.aborted) {
                this.update({ stats: null });
            }
        }
    }

    #heard(frame) {
        if (frame?.type === 'log') {
            this.#waiting.push(frame.data);
            this.#flush ||= this.#timers.setTimeout(() => this.#show(), FLUSH_EVERY);
        } else if (frame?.type === 'missed') {
            this.#load();
        }
    }

    #show() {
        this.#flush = 0;
        const before = this.state.rows;
        if (before === null) {
            // The page of old rows is still on its way; these join it.
            this.#flush = this.#timers.setTimeout(() => this.#show(), FLUSH_EVERY);
            return;
        }
        const all = merged(before, this.#waiting.splice(0, MOST_AT_ONCE));
        if (this.#waiting.length > 0) {
            this.#flush = this.#timers.setTimeout(() => this.#show(), BREATH);
        }
        if (all === before) {
            return;
        }
        const most = Math.max(MOST_LIVE, before.length);
        this.update({ rows: all.slice(0, most), older: this.state.older || all.length > most });
        this.#stats ||= this.#timers.setTimeout(() => {
            this.#stats = 0;
            this.#loadStats();
        }, STATS_AFTER);
    }

    #liveIs(state, reason) {
        const cameBack = state === 'open' && this.state.rows !== null;
        this.update({ live: state, notice: state === 'refused' ? reason || 'The live channel was refused.' : this.state.notice });
        if (cameBack) {
            // The channel repeats the last rows only; what came before them during the break is in the log.
            this.#load();
        }
    }
}
