import { Store } from '../lib/store.js';

/**
 * @typedef {{id: number, name: string, description: string | null, model_id: string, model_type: string,
 *            auto_start: boolean, pinned: boolean, keep_alive_seconds: number | null, draft_model: string | null, request_name: string,
 *            inference: object, context: any, audio: object, model_options: object}} Profile
 * @typedef {'stopped' | 'queued' | 'loading' | 'ready' | 'stopping' | 'failed'} Phase
 * @typedef {{state: Phase, running: number, memory_mb: number, progress: number, error: string}} Run
 *     progress: percent of a load
 * @typedef {{profiles: Profile[] | null, runs: Record<number, Run>, notice: string}} ProfilesState
 */

const EVERY = 5_000;
/** A browser keeps six connections to one server; the rest of the page needs some too. */
const MOST_CHANNELS = 2;

/**
 * The profiles and whether their models are in memory: looked at now and then, and followed live while one of them is on
 * its way in or out.
 *
 * @extends {Store<ProfilesState>}
 */
export class Profiles extends Store {
    #api;
    #poller;
    #live;
    #channels = new Map();

    /**
     * @param {import('../lib/api.js').Api} api
     * @param {import('../lib/poll.js').Poller} poller
     * @param {import('../lib/live.js').Live} live
     */
    constructor(api, poller, live) {
        super({ profiles: null, runs: {}, notice: '' });
        this.#api = api;
        this.#poller = poller;
        this.#live = live;
    }

    watch() {
        this.#poller.add({ name: 'profiles', every: EVERY, run: () => this.#look() });
    }

    unwatch() {
        this.#poller.remove('profiles');
        this.#channels.forEach((channel) => channel.close());
        this.#channels.clear();
    }

    /** Forgets everything: another user may come. */
    forget() {
        this.update({ profiles: null, runs: {}, notice: '' });
    }

    /** @param {number} id @returns {Run} */
    run(id) {
        return this.state.runs[id] ?? { state: 'stopped', running: 0, memory_mb: 0, progress: 0, error: '' };
    }

    /** @param {Profile} profile */
    async start({ id }) {
        await this.#doing(async () => {
            this.#heard(id, await this.#api.post(`api/servers/${id}/start`, {}));
            this.#follow(id);
        });
    }

    /** @param {Profile} profile running answers may end first */
    async stop({ id }) {
        await this.#doing(async () => {
            this.#heard(id, await this.#api.post(`api/servers/${id}/stop`, {}));
            this.#follow(id);
        });
    }

    /** @param {Profile} profile @param {string} name @throws {import('../lib/problem.js').ApiError} for the dialog to show */
    async duplicate({ id }, name) {
        await this.#api.post(`api/profiles/${id}/duplicate?new_name=${encodeURIComponent(name)}`, {});
        await this.#look();
    }

    /** @param {Profile} profile */
    async remove({ id }) {
        await this.#doing(() => this.#api.delete(`api/profiles/${id}`));
    }

    dismiss() {
        this.update({ notice: '' });
    }

    async #doing(action) {
        this.update({ notice: '' });
        try {
            await action();
        } catch (failure) {
            this.update({ notice: failure.message });
        }
        await this.#look().catch(() => {});
    }

    async #look() {
        const [profiles, servers] = await Promise.all([this.#api.get('api/profiles'), this.#api.get('api/servers')]);
        const before = this.state.runs;
        const runs = Object.fromEntries(
            servers.map(({ profile_id: id, state, running, memory_mb: memory, progress = 0 }) => [
                id,
                { state, running, memory_mb: memory, progress, error: state === 'failed' ? (before[id]?.error ?? '') : '' },
            ]),
        );
        this.update({ profiles, runs });
        for (const { profile_id: id, state } of servers) {
            if (state === 'failed' && runs[id].error === '') {
                this.#heard(id, await this.#api.get(`api/servers/${id}/status`));
            }
        }
    }

    /** Every change until it is settled; without a free channel the next look tells. */
    #follow(id) {
        this.#channels.get(id)?.close();
        if (this.#channels.size >= MOST_CHANNELS) {
            return;
        }
        const channel = this.#live.events(`api/servers/${id}/events`, {
            message: ({ data }) => this.#heard(id, data),
            state: (state) => {
                if (state === 'closed' || state === 'refused') {
                    this.#channels.delete(id);
                    this.#poller.refresh('profiles');
                }
            },
        });
        this.#channels.set(id, channel);
    }

    #heard(id, answer) {
        const { state, progress = 0, error_message: error } = answer ?? {};
        if (state !== undefined) {
            this.update({ runs: { ...this.state.runs, [id]: { ...this.run(id), state, progress, error: error ?? '' } } });
        }
    }
}

