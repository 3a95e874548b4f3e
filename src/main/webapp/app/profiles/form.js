/**
 * What a profile's form holds and what becomes of it. All values are what stands in the fields: text, or a boolean of a
 * switch. An empty field says nothing, and the model's own setting counts. Pure.
 *
 * @typedef {{name: string, label: string, kind: 'decimal' | 'whole' | 'text' | 'area', min?: number, max?: number,
 *            hint?: string, placeholder?: string}} FieldSpec
 * @typedef {{id: string, title: string, fields: FieldSpec[]}} Section
 * @typedef {{name: string, value: string, kind: 'switch' | 'text', known: boolean, hint: string}} Option
 * @typedef {Record<string, any> & {options: Option[]}} Draft
 */

/** @type {FieldSpec[]} */
const GENERAL = [
    { name: 'name', label: 'Name', kind: 'text', hint: 'How programs ask for it, as model "profile:name".' },
    { name: 'description', label: 'Description', kind: 'text' },
    {
        name: 'keep_alive_seconds', label: 'Keep in memory', kind: 'whole', min: -1, max: 31_622_400, placeholder: 'as the pool is set',
        hint: 'Seconds without a request until the model may leave. 0: at once; -1: never.',
    },
    {
        name: 'draft_model', label: 'Draft model', kind: 'text', placeholder: 'none',
        hint: 'A smaller model with the same tokens, owner/name. It guesses ahead; answers stay the same and come sooner where that is faster.',
    },
];

/** @type {Section} */
const INFERENCE = {
    id: 'inference',
    title: 'Answers',
    fields: [
        { name: 'temperature', label: 'Temperature', kind: 'decimal', min: 0, max: 2, hint: '0 gives the same answer each time.' },
        { name: 'top_p', label: 'Top P', kind: 'decimal', min: 0, max: 1, hint: 'Only the likeliest words that together make up this share.' },
        { name: 'top_k', label: 'Top K', kind: 'whole', min: 0, max: 1_000_000, hint: 'Only so many of the likeliest words. 0: all.' },
        { name: 'min_p', label: 'Min P', kind: 'decimal', min: 0, max: 1, hint: 'Only words at least this likely beside the likeliest.' },
        { name: 'repetition_penalty', label: 'Repetition penalty', kind: 'decimal', min: 0.1, max: 10, hint: 'Above 1 makes repeated words less likely.' },
        { name: 'max_tokens', label: 'Longest answer', kind: 'whole', min: 1, max: 128_000, hint: 'In tokens.' },
    ],
};

/** @type {Section} */
const CONTEXT = {
    id: 'context',
    title: 'Context',
    fields: [
        { name: 'context_length', label: 'Context length', kind: 'whole', min: 16, max: 16_777_216, hint: 'In tokens; a shorter one takes less memory.' },
        { name: 'system_prompt', label: 'System prompt', kind: 'area', hint: 'For conversations that bring none of their own.' },
    ],
};

/** @type {Section} */
const AUDIO = {
    id: 'audio',
    title: 'Speech',
    fields: [
        { name: 'tts_voice', label: 'Voice', kind: 'text' },
        { name: 'tts_speed', label: 'Speed', kind: 'decimal', min: 0.25, max: 4, hint: '1 is as recorded.' },
        { name: 'tts_sample_rate', label: 'Sample rate', kind: 'whole', min: 8000, max: 192_000, hint: 'In hertz.' },
        { name: 'stt_language', label: 'Spoken language', kind: 'text', hint: 'Such as en; empty: found out from the recording.' },
    ],
};

const SECTIONS = { 'text-gen': [INFERENCE, CONTEXT], vision: [INFERENCE, CONTEXT], audio: [AUDIO], embeddings: [] };

/** @param {string | null | undefined} type of the model @returns {Section[]} an unknown one is taken for one that chats */
export function sectionsFor(type) {
    return SECTIONS[type ?? ''] ?? SECTIONS['text-gen'];
}

/** @returns {FieldSpec[]} */
export function generalFields() {
    return GENERAL;
}

/**
 * @param {any} profile as the server shows it, or null for a new one
 * @param {Option[]} known what the model's template is known to take
 * @returns {Draft}
 */
export function draftOf(profile, known) {
    const draft = { name: '', description: '', keep_alive_seconds: '', draft_model: '', model_id: '', auto_start: false, pinned: false, options: [] };
    if (profile !== null) {
        for (const { name } of GENERAL) {
            draft[name] = shown(profile[name]);
        }
        Object.assign(draft, { model_id: profile.model_id, auto_start: profile.auto_start, pinned: profile.pinned });
        for (const section of [INFERENCE, CONTEXT, AUDIO]) {
            for (const { name } of section.fields) {
                draft[`${section.id}.${name}`] = shown(profile[section.id]?.[name]);
            }
        }
    }
    return { ...draft, options: mergedOptions(profile?.model_options ?? {}, known) };
}

/** The options that are set, among those the template knows. */
export function mergedOptions(set, known) {
    const names = new Set(known.map(({ name }) => name));
    const others = Object.keys(set).filter((name) => !names.has(name));
    return [
        ...known.map((option) => ({ ...option, value: option.name in set ? shown(set[option.name]) : '' })),
        ...others.map((name) => ({ name, value: shown(set[name]), kind: /** @type {const} */ ('text'), known: false, hint: '' })),
    ];
}

/**
 * What the probe found about the template's options, in whichever of its forms: names, names with their defaults, or
 * names with a description.
 *
 * @param {any} capabilities null when the model was not probed
 * @returns {Option[]}
 */
export function knownOptions(capabilities) {
    const found = capabilities?.template_params ?? {};
    const entries = Array.isArray(found) ? found.map((each) => [each?.name ?? each, each]) : Object.entries(found);
    const options = entries.filter(([, facts]) => !isNested(facts)).map(([name, facts]) => optionOf(String(name), facts));
    const thinks = capabilities?.supports_thinking === true && !options.some(({ name }) => name === 'enable_thinking');
    return thinks ? [optionOf('enable_thinking', { default: true, description: 'Lets the model think before it answers.' }), ...options] : options;
}

/** A profile sets words, numbers and switches; lists and objects belong to requests. */
function isNested(facts) {
    return ['list', 'object'].includes(facts?.param_type);
}

function optionOf(name, facts) {
    const isDescribed = facts !== null && typeof facts === 'object';
    const initial = isDescribed ? facts.default : typeof facts === 'string' && facts === name ? undefined : facts;
    const isSwitch = typeof initial === 'boolean' || (isDescribed && /^bool/.test(String(facts.param_type ?? facts.type))) || /^enable_/.test(name);
    const hint = isDescribed && typeof facts.description === 'string' ? facts.description : '';
    return { name, value: '', kind: /** @type {'switch' | 'text'} */ (isSwitch ? 'switch' : 'text'), known: true, hint };
}

/**
 * @param {Draft} draft
 * @param {string | null | undefined} type of the chosen model
 * @returns {{body: any, faults: Record<string, string>}} the body of the request, and what is wrong with which field
 */
export function bodyOf(draft, type) {
    /** @type {Record<string, string>} */
    const faults = {};
    const body = { model_id: draft.model_id, auto_start: draft.auto_start, pinned: draft.pinned };
    for (const spec of GENERAL) {
        body[spec.name] = valueOf(spec, spec.name, draft, faults);
    }
    if (body.name === null) {
        faults.name = 'A profile needs a name.';
    } else if (body.name.includes('/') || body.name.startsWith('profile:')) {
        faults.name = 'No slash, and not "profile:" at its beginning.';
    }
    if (draft.model_id === '') {
        faults.model_id = 'Choose a model.';
    }
    for (const section of sectionsFor(type)) {
        body[section.id] = {};
        for (const spec of section.fields) {
            body[section.id][spec.name] = valueOf(spec, `${section.id}.${spec.name}`, draft, faults);
        }
    }
    body.model_options = optionValues(draft.options, faults);
    return { body, faults };
}

function valueOf({ kind, min = -Infinity, max = Infinity }, key, draft, faults) {
    const text = String(draft[key] ?? '');
    if (text.trim() === '') {
        return null;
    }
    if (kind === 'text' || kind === 'area') {
        return kind === 'text' ? text.trim() : text;
    }
    const number = Number(text.trim().replace(',', '.'));
    const right = kind === 'whole' ? Number.isInteger(number) : Number.isFinite(number);
    if (!right) {
        faults[key] = kind === 'whole' ? 'A whole number, please.' : 'A number, please.';
        return null;
    }
    if (number < min || number > max) {
        faults[key] = `From ${min.toLocaleString('en-US')} to ${max.toLocaleString('en-US')}.`;
    }
    return number;
}

function optionValues(options, faults) {
    const values = {};
    options.forEach(({ name, value, known }, at) => {
        const key = name.trim();
        if (key === '' && value.trim() === '') {
            return;
        }
        if (!known && !/^[\w.-]{1,80}$/.test(key)) {
            faults[`option.${at}`] = 'Letters, digits and _ . - only.';
        } else if (value.trim() !== '') {
            values[key] = typed(value.trim());
        }
    });
    return values;
}

/** true, false, null and numbers are meant as such; everything else is text. */
function typed(text) {
    if (/^(true|false|null)$/.test(text)) {
        return JSON.parse(text);
    }
    return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}

function shown(value) {
    return value === null || value === undefined ? '' : String(value);
}
