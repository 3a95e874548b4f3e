import { Store } from '../lib/store.js';

/**
 * @typedef {{at: number, tokens_per_second: number, answering: number, waiting: number, cpu_percent: number,
 *            server_cpu_percent: number, processors: number, machine_used_bytes: number, machine_total_bytes: number,
 *            models?: Record<string, number>}} Sample
 * @typedef {{id: number, timestamp: string, endpoint: string, status: string, duration_ms: number, model: string | null,
 *            profile: string | null, error_message: string | null, prompt_tokens: number | null,
 *            completion_tokens: number | null, cached_tokens: number | null, first_token_ms: number | null}} PastRequest
 * @typedef {{samples: Sample[], requests: PastRequest[] | null}} ActivityState
 */

const MOST_SAMPLES = 120;
const MOST_REQUESTS = 20;

/**
 * What the server does, second by second, and the latest requests of the one who looks.
 *
 * @extends {Store<ActivityState>}
 */
export class Activity extends Store {
    constructor() {
        super({ samples: [], requests: null });
    }

    /** @returns {import('../lib/live.js').Handlers} */
    handlers() {
        return {
            history: (samples) => this.update({ samples }),
            activity: (sample) => this.update({ samples: [...this.state.samples, sample].slice(-MOST_SAMPLES) }),
            requests: (rows) => this.#take(rows),
            request: (row) => this.#take([row]),
        };
    }

    forget() {
        this.update({ samples: [], requests: null });
    }

    /** A row may come twice: among the latest ones, and as news. */
    #take(rows) {
        const known = new Map([...(this.state.requests ?? []), ...rows].map((row) => [row.id, row]));
        const newest = [...known.values()].sort((one, other) => other.id - one.id);
        this.update({ requests: newest.slice(0, MOST_REQUESTS) });
    }
}
