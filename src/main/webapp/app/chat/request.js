/**
 * What the protocols have in common.
 *
 * @typedef {import('./thread.js').Turn} Turn
 * @typedef {import('./settings.js').ChatSettings} ChatSettings
 * @typedef {{path: string, request(turns: Turn[], settings: ChatSettings, tools: object[]): object,
 *            read(answer: import('./answer.js').Answer, event: import('../lib/sse.js').ServerEvent): void}} Protocol
 */

const FIELDS = {
    temperature: 'temperature',
    top_p: 'topP',
    top_k: 'topK',
    min_p: 'minP',
    repetition_penalty: 'repetitionPenalty',
    seed: 'seed',
};

/**
 * The sampling settings that were set; those that were not are left to the profile or the model.
 *
 * @param {ChatSettings} settings
 * @param {string[]} names that the protocol knows
 * @returns {Record<string, number>}
 */
export function sampling(settings, names) {
    return Object.fromEntries(
        names.map((name) => [name, settings[FIELDS[name]]]).filter(([, value]) => value !== null && value !== undefined),
    );
}

/** @param {import('./thread.js').UserTurn} turn @returns {string} what was written, after the text files that came with it */
export function asText({ content, attachments }) {
    const files = attachments.filter(({ kind }) => kind === 'text').map(({ name, data }) => `File ${name}:\n${fenced(data)}`);
    return [...files, content].filter((part) => part !== '').join('\n\n');
}

/** In a fence longer than any inside. */
function fenced(text) {
    let fence = '```';
    while (text.includes(fence)) {
        fence += '`';
    }
    return `${fence}\n${text.trimEnd()}\n${fence}`;
}
