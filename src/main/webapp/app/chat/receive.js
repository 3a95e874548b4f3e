import { isAbort } from '../lib/api.js';
import { ApiError } from '../lib/problem.js';
import { anthropic } from './anthropic.js';
import { openai } from './openai.js';

const PROTOCOLS = { openai, anthropic };

/**
 * Asks for an answer and reads it as it comes.
 *
 * @param {import('../lib/api.js').Api} api
 * @param {{history: import('./thread.js').Turn[], settings: import('./settings.js').ChatSettings, tools: () => Promise<object[]>,
 *          signal: AbortSignal}} wanted
 * @param {import('./answer.js').Answer} answer into which it goes
 * @param {() => void} heard called for each piece
 * @returns {Promise<{state: 'done' | 'stopped' | 'failed', error: string}>} never rejects
 */
export async function receive(api, { history, settings, tools, signal }, answer, heard) {
    const protocol = PROTOCOLS[settings.protocol] ?? openai;
    try {
        const body = protocol.request(history, settings, await tools());
        for await (const event of api.stream(protocol.path, body, { signal })) {
            protocol.read(answer, event);
            heard();
        }
        return answer.complete
            ? { state: 'done', error: '' }
            : { state: 'failed', error: 'The connection broke before the answer was complete.' };
    } catch (failure) {
        if (isAbort(failure)) {
            return { state: 'stopped', error: '' };
        }
        return { state: 'failed', error: failure instanceof ApiError ? failure.message : 'The answer could not be read.' };
    }
}
