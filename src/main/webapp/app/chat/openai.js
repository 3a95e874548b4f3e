import { streamError } from '../lib/problem.js';
import { asText, sampling } from './request.js';

/** The chat as OpenAI's clients hold it. @type {import('./request.js').Protocol} */
export const openai = {
    path: 'v1/chat/completions',

    request(turns, settings, tools) {
        const system = settings.system.trim() === '' ? [] : [{ role: 'system', content: settings.system }];
        return {
            model: settings.model,
            messages: [...system, ...turns.flatMap(messages)],
            stream: true,
            stream_options: { include_usage: true },
            ...sampling(settings, ['temperature', 'top_p', 'top_k', 'min_p', 'repetition_penalty', 'seed']),
            ...(settings.maxTokens > 0 ? { max_tokens: settings.maxTokens } : {}),
            ...(settings.stop === '' ? {} : { stop: settings.stop.split('\n').filter(Boolean) }),
            ...(tools.length > 0 ? { tools } : {}),
            chat_template_kwargs: { enable_thinking: settings.thinking },
        };
    },

    read(answer, { data }) {
        if (data === '[DONE]') {
            answer.complete = true;
            return;
        }
        const chunk = JSON.parse(data);
        const failure = streamError(chunk);
        if (failure !== null) {
            throw failure;
        }
        count(answer, chunk.usage);
        const choice = chunk.choices?.[0];
        if (choice === undefined) {
            return;
        }
        const { content, reasoning_content: reasoning, tool_calls: calls = [] } = choice.delta ?? {};
        answer.think(reasoning);
        answer.say(content);
        for (const { index = answer.toolCalls.length, id, function: called } of calls) {
            answer.call(index, { id, ...called });
        }
        if (choice.finish_reason) {
            answer.complete = true;
            answer.cut = choice.finish_reason === 'length';
        }
    },
};

function count(answer, usage) {
    if (usage) {
        answer.count({
            tokens: usage.completion_tokens,
            promptTokens: usage.prompt_tokens,
            cachedTokens: usage.prompt_tokens_details?.cached_tokens,
        });
    }
}

/** A turn as the model sees it: thinking is left out, tool calls go with their results, an empty failure not at all. */
function messages(turn) {
    if (turn.role === 'user') {
        return [{ role: 'user', content: question(turn) }];
    }
    const calls = turn.toolCalls.filter((call) => call.result !== undefined);
    if (calls.length === 0) {
        return turn.content === '' ? [] : [{ role: 'assistant', content: turn.content }];
    }
    const asked = calls.map(({ id, name, arguments: args }) => ({ id, type: 'function', function: { name, arguments: args } }));
    return [
        { role: 'assistant', content: turn.content, tool_calls: asked },
        ...calls.map(({ id, name, result }) => ({ role: 'tool', tool_call_id: id, name, content: result })),
    ];
}

function question(turn) {
    const images = turn.attachments.filter(({ kind }) => kind === 'image');
    if (images.length === 0) {
        return asText(turn);
    }
    return [...images.map(({ data }) => ({ type: 'image_url', image_url: { url: data } })), { type: 'text', text: asText(turn) }];
}
