import { isAbort } from '../lib/api.js';
import { Store } from '../lib/store.js';

/**
 * @typedef {{id: string, words: string, status: 'running' | 'completed' | 'failed' | 'skipped', found: string,
 *            error: string, notes: {level: string, message: string}[]}} Step
 * @typedef {{phase: 'idle' | 'waiting' | 'running' | 'done' | 'failed', place: number, steps: Step[],
 *            result: Record<string, any> | null, report: string, error: string}} ProbeState
 */

const WORDS = {
    detect_type: 'What kind of model it is',
    load_model: 'Loading it',
    detect_family: 'Which family it belongs to',
    detect_template: 'What its template can be told',
    check_context: 'How long a context fits here',
    check_processor: 'Whether images can be prepared',
    check_multi_image: 'Whether it takes several images',
    check_video: 'Whether it takes videos',
    test_encode: 'Turning a text into numbers',
    check_normalization: 'Whether its vectors have length 1',
    check_max_length: 'How long a text may be',
    test_similarity: 'Whether like texts have like vectors',
    detect_audio_type: 'Which kinds of sound it knows',
    test_tts: 'Letting it speak',
    test_stt: 'Letting it listen',
    test_thinking: 'Whether it thinks before it answers',
    test_tools: 'Whether it calls tools',
    test_vision: 'Whether it sees',
    save_results: 'Writing down what was found',
    cleanup: 'Taking it out of memory',
};
/** Told once and at the end; no steps of their own. */
const ENDS = ['probe_complete', 'probe_report', 'probe_failed', 'strategy_error', 'find_strategy'];

/**
 * One probe of one model, step by step as the server tells them.
 *
 * @extends {Store<ProbeState>}
 */
export class ProbeRun extends Store {
    #api;
    #model;
    #left = new AbortController();

    /** @param {import('../lib/api.js').Api} api @param {string} model */
    constructor(api, model) {
        super({ phase: 'idle', place: 0, steps: [], result: null, report: '', error: '' });
        this.#api = api;
        this.#model = model;
    }

    /** Resolves when the probe has ended, however; what came of it is in the state. */
    async run() {
        this.#left = new AbortController();
        this.update({ phase: 'waiting', place: 0, steps: [], result: null, report: '', error: '' });
        const id = this.#model.split('/').map(encodeURIComponent).join('/');
        try {
            const events = this.#api.stream(`api/models/probe/${id}?include_report=true`, {}, { signal: this.#left.signal });
            for await (const { data } of events) {
                if (data !== '[DONE]') {
                    this.#heard(JSON.parse(data));
                }
            }
            this.#ended();
        } catch (failure) {
            if (!isAbort(failure)) {
                this.update({ phase: 'failed', error: failure.message });
            }
        }
    }

    /** Leaving ends the probe on the server too. */
    leave() {
        this.#left.abort();
    }

    #heard(event) {
        const { step, status, error, details } = event;
        if (step === 'queued') {
            this.update({ phase: 'waiting', place: details?.place ?? 0 });
        } else if (step === 'probe_complete') {
            this.update({ result: details?.result ?? {} });
        } else if (step === 'probe_report') {
            this.update({ report: details?.report ?? '' });
        } else if (ENDS.includes(step)) {
            this.update({ phase: 'failed', error: error ?? 'The probe could not go on.' });
        } else {
            this.update({ phase: 'running', steps: withStep(this.state.steps, event, status) });
        }
    }

    #ended() {
        const { phase, result } = this.state;
        if (phase !== 'failed') {
            const broken = result === null;
            this.update({ phase: broken ? 'failed' : 'done', error: broken ? 'The probe ended without a result.' : '' });
        }
    }
}

/** A step may tell several things that were found; each call adds one. */
function withStep(steps, { step: id, capability, value, error, diagnostics }, status) {
    const before = steps.find((each) => each.id === id);
    const found = capability ? `${capability.replaceAll('_', ' ')}: ${words(value)}` : '';
    const step = {
        id,
        words: WORDS[id] ?? id.replaceAll('_', ' '),
        status,
        found: [before?.found ?? '', found].filter(Boolean).join(', '),
        error: error ?? before?.error ?? '',
        notes: [...(before?.notes ?? []), ...(diagnostics ?? [])],
    };
    return before === undefined ? [...steps, step] : steps.map((each) => (each === before ? step : each));
}

function words(value) {
    if (typeof value === 'boolean') {
        return value ? 'yes' : 'no';
    }
    const text = Array.isArray(value) ? value.join(', ') : typeof value === 'object' ? Object.keys(value ?? {}).join(', ') || 'none' : String(value);
    return text.length > 120 ? `${text.slice(0, 120)}…` : text;
}
