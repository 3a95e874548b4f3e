/**
 * What tells models apart, and the choice among them: within a group any of the chosen values, among groups all. Pure.
 *
 * @typedef {'family' | 'bits' | 'capability' | 'memory'} Group
 * @typedef {{family: string, bits: string, capabilities: string[], bytes: number | null}} Traits
 * @typedef {{group: Group, value: string, count: number}} Chip
 * @typedef {Record<Group, string[]>} Choice
 */

export const FITS = 'fits in memory';

/** @returns {Choice} */
export function everything() {
    return { family: [], bits: [], capability: [], memory: [] };
}

/** Weights are not all that a model needs: some room for its context must be left. */
const SHARE_FOR_WEIGHTS = 0.9;
const FAMILIES = /^(qwen|llama|gemma|mistral|mixtral|phi|glm|granite|olmo|cohere|smollm|deepseek|gpt_oss|whisper|kokoro|bert|mamba)/;
const WORDS = {
    supports_thinking: 'thinking',
    supports_native_tools: 'tools',
    supports_vision: 'vision',
    supports_multi_image: 'several images',
    supports_video: 'video',
    supports_tts: 'speaks',
    supports_stt: 'transcribes',
};
const TYPES = { vision: 'vision', embeddings: 'embeddings', audio: 'audio' };
const TAGS = {
    'image-text-to-text': 'vision',
    'feature-extraction': 'embeddings',
    'sentence-similarity': 'embeddings',
    'text-to-speech': 'speaks',
    'automatic-speech-recognition': 'transcribes',
    reasoning: 'thinking',
    'tool-use': 'tools',
};

/** @param {any} model on this machine, with what a probe found @returns {Traits} */
export function traitsOfLocal({ size_bytes: bytes, characteristics, capabilities }) {
    const { model_type: family, quantization_bits: bits, multimodal_type: multimodal } = characteristics ?? {};
    const found = Object.entries(WORDS)
        .filter(([name]) => capabilities?.[name] === true)
        .map(([, word]) => word);
    const type = TYPES[capabilities?.model_type ?? multimodal ?? ''];
    return { family: family ?? '', bits: bits ? `${bits} bit` : '', capabilities: unique([type ?? '', ...found]), bytes };
}

/** @param {any} hit of a search on the hub, which tells by tags what it knows @returns {Traits} */
export function traitsOfHit({ model_id: id, tags, estimated_size_bytes: bytes }) {
    const names = (tags ?? []).map((tag) => tag.toLowerCase());
    const bits = /(?:^|[-_.])(\d{1,2})-?bit/i.exec([id, ...names].join(' ').replaceAll(' ', '-'))?.[1];
    return {
        family: names.find((name) => FAMILIES.test(name) && !name.includes('/') && !name.includes(':')) ?? '',
        bits: bits === undefined ? '' : `${bits} bit`,
        capabilities: unique(names.map((name) => TAGS[name] ?? '')),
        bytes,
    };
}

/**
 * @param {Traits} traits
 * @param {number} room bytes that all models together may take; 0 when it is not known
 * @returns {boolean}
 */
export function fits({ bytes }, room) {
    return bytes !== null && room > 0 && bytes <= room * SHARE_FOR_WEIGHTS;
}

/**
 * @param {Traits[]} all
 * @param {number} room
 * @returns {Chip[]} what there is to choose from, in a fixed order
 */
export function chipsFor(all, room) {
    const chips = [
        ...counted('memory', all.filter((traits) => fits(traits, room)).map(() => FITS)),
        ...counted('family', all.map(({ family }) => family)),
        ...counted('bits', all.map(({ bits }) => bits)).sort((a, b) => parseInt(a.value, 10) - parseInt(b.value, 10)),
        ...counted('capability', all.flatMap(({ capabilities }) => capabilities)),
    ];
    return chips.filter(({ value }) => value !== '');
}

/** @param {Traits} traits @param {Choice} choice @param {number} room @returns {boolean} */
export function chosen(traits, choice, room) {
    const any = (wanted, has) => wanted.length === 0 || wanted.some((value) => has.includes(value));
    return (
        any(choice.family, [traits.family]) &&
        any(choice.bits, [traits.bits]) &&
        choice.capability.every((value) => traits.capabilities.includes(value)) &&
        any(choice.memory, fits(traits, room) ? [FITS] : [])
    );
}

/** @param {Choice} choice @param {Chip} chip @returns {Choice} with the chip chosen, or no longer */
export function toggled(choice, { group, value }) {
    const before = choice[group];
    return { ...choice, [group]: before.includes(value) ? before.filter((each) => each !== value) : [...before, value] };
}

function counted(/** @type {Group} */ group, values) {
    return unique(values)
        .sort()
        .map((value) => ({ group, value, count: values.filter((each) => each === value).length }));
}

function unique(values) {
    return [...new Set(values)].filter((value) => value !== '');
}
