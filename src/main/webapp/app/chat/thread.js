/**
 * The messages of a conversation form a tree: two with the same parent are versions of each other. Pure.
 *
 * @typedef {{kind: 'text' | 'image', name: string, media_type: string, data: string}} Attachment
 * @typedef {{id: string, parent: string | null, role: 'user', content: string, attachments: Attachment[]}} UserTurn
 * @typedef {{id: string, parent: string | null, role: 'assistant', model: string,
 *            state: 'streaming' | 'done' | 'stopped' | 'failed', content: string, reasoning: string, thinking: boolean,
 *            thinkingMs: number, toolCalls: import('./answer.js').ToolCall[],
 *            metrics: import('./answer.js').Metrics | null, error: string}} AssistantTurn
 * @typedef {UserTurn | AssistantTurn} Turn
 */

const LONGEST_TITLE = 60;

/** @returns {string} a name for a message, without asking the server */
export function newId() {
    return [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** @param {Turn[]} all in the order they were made @param {string | null} leaf @returns {Turn[]} from the first to the leaf */
export function path(all, leaf) {
    const byId = new Map(all.map((turn) => [turn.id, turn]));
    const turns = [];
    for (let turn = byId.get(leaf ?? ''); turn !== undefined && turns.length < all.length; turn = byId.get(turn.parent ?? '')) {
        turns.unshift(turn);
    }
    return turns;
}

/** @param {Turn[]} all @param {Turn} turn @returns {Turn[]} the turn and its other versions, the oldest first */
export function versions(all, turn) {
    return all.filter((other) => other.parent === turn.parent && other.role === turn.role);
}

/** @param {Turn[]} all @param {string} id @returns {string} where the latest branch through that turn ends */
export function latestLeaf(all, id) {
    const child = all.findLast((turn) => turn.parent === id);
    return child === undefined ? id : latestLeaf(all, child.id);
}

/** @param {Turn[]} all @returns {string} a name for the conversation: how its first question begins */
export function title(all) {
    const first = /** @type {UserTurn | undefined} */ (all.find((turn) => turn.role === 'user'));
    const line = (first?.content || first?.attachments[0]?.name || 'New chat').replace(/\s+/g, ' ').trim();
    return line.length <= LONGEST_TITLE ? line : `${line.slice(0, LONGEST_TITLE - 1).trimEnd()}…`;
}

/** @param {Turn} turn @returns {object} as the server keeps it */
export function stored(turn) {
    const common = { parent: turn.parent, role: turn.role, content: turn.content };
    if (turn.role === 'user') {
        return { ...common, details: turn.attachments.length === 0 ? {} : { attachments: turn.attachments } };
    }
    const { model, state, reasoning, thinkingMs, toolCalls, metrics, error } = turn;
    return {
        ...common,
        details: {
            model,
            state,
            ...(reasoning === '' ? {} : { reasoning, thinking_ms: Math.round(thinkingMs) }),
            ...(toolCalls.length === 0 ? {} : { tool_calls: toolCalls }),
            ...(metrics === null ? {} : { metrics }),
            ...(error === '' ? {} : { error }),
        },
    };
}

/** @param {any} message as the server keeps it @returns {Turn} an answer that was still being written has been cut short */
export function restored({ id, parent, role, content, details }) {
    if (role === 'user') {
        return { id, parent, role, content, attachments: details.attachments ?? [] };
    }
    return {
        id,
        parent,
        role,
        content,
        model: details.model ?? '',
        state: details.state === 'streaming' ? 'stopped' : (details.state ?? 'done'),
        reasoning: details.reasoning ?? '',
        thinking: false,
        thinkingMs: details.thinking_ms ?? 0,
        toolCalls: details.tool_calls ?? [],
        metrics: details.metrics ?? null,
        error: details.error ?? '',
    };
}
