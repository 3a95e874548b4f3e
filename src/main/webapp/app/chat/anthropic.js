import { streamError } from '../lib/problem.js';
import { asText, sampling } from './request.js';

/** The protocol wants a limit in every request; this one is nobody's in practice. */
const NO_LIMIT = 32_000;

/** The chat as Anthropic's clients hold it. @type {import('./request.js').Protocol} */
export const anthropic = {
    path: 'v1/messages',

    request(turns, settings, tools) {
        const { temperature, ...rest } = sampling(settings, ['temperature', 'top_p', 'top_k']);
        return {
            model: settings.model,
            max_tokens: settings.maxTokens > 0 ? settings.maxTokens : NO_LIMIT,
            ...(settings.system.trim() === '' ? {} : { system: settings.system }),
            messages: turns.flatMap(messages),
            stream: true,
            ...rest,
            ...(temperature === undefined ? {} : { temperature: Math.min(1, temperature) }),
            ...(settings.stop === '' ? {} : { stop_sequences: settings.stop.split('\n').filter(Boolean) }),
            ...(tools.length > 0 ? { tools: tools.map(tool) } : {}),
            thinking: { type: settings.thinking ? 'adaptive' : 'disabled' },
        };
    },

    read(answer, { data }) {
        const event = JSON.parse(data);
        const failure = event.type === 'error' ? streamError(event) : null;
        if (failure !== null) {
            throw failure;
        }
        const read = EVENTS[event.type];
        read?.(answer, event);
    },
};

const EVENTS = {
    message_start: (answer, { message }) => count(answer, message.usage),
    content_block_start: (answer, { index, content_block: block }) => {
        if (block.type === 'tool_use') {
            answer.call(index, { id: block.id, name: block.name });
        }
    },
    content_block_delta: (answer, { index, delta }) => {
        answer.think(delta.thinking);
        answer.say(delta.text);
        if (delta.type === 'input_json_delta') {
            answer.call(index, { arguments: delta.partial_json });
        }
    },
    message_delta: (answer, { delta, usage }) => {
        count(answer, usage);
        answer.cut = delta.stop_reason === 'max_tokens';
    },
    message_stop: (answer) => {
        answer.complete = true;
    },
};

/** The prompt is what was read anew and what was cached, together. */
function count(answer, usage) {
    if (!usage) {
        return;
    }
    const { input_tokens: fresh, cache_read_input_tokens: cached, output_tokens: tokens } = usage;
    answer.count({ tokens: tokens || undefined, cachedTokens: cached, promptTokens: fresh === undefined ? undefined : fresh + (cached ?? 0) });
}

function tool({ function: { name, description, parameters } }) {
    return { name, description, input_schema: parameters };
}

function messages(turn) {
    if (turn.role === 'user') {
        return [{ role: 'user', content: question(turn) }];
    }
    const text = turn.content === '' ? [] : [{ type: 'text', text: turn.content }];
    const calls = turn.toolCalls.filter((call) => call.result !== undefined);
    if (calls.length === 0) {
        return text.length === 0 ? [] : [{ role: 'assistant', content: text }];
    }
    return [
        { role: 'assistant', content: [...text, ...calls.map(({ id, name, arguments: args }) => ({ type: 'tool_use', id, name, input: object(args) }))] },
        { role: 'user', content: calls.map(({ id, result }) => ({ type: 'tool_result', tool_use_id: id, content: result })) },
    ];
}

function question(turn) {
    const images = turn.attachments.filter(({ kind }) => kind === 'image');
    return [
        ...images.map(({ media_type, data }) => ({
            type: 'image',
            source: { type: 'base64', media_type, data: data.slice(data.indexOf(',') + 1) },
        })),
        { type: 'text', text: asText(turn) },
    ];
}

function object(text) {
    try {
        const value = JSON.parse(text);
        return value !== null && typeof value === 'object' && !Array.isArray(value) ? value : {};
    } catch {
        return {};
    }
}
