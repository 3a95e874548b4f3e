/** What went wrong with a request, in words that can be shown. */
export class ApiError extends Error {
    /**
     * @param {string} message for the person at the screen
     * @param {{status?: number, code?: string, retryAfter?: number, fields?: Record<string, string>}} [facts] status 0:
     *     no answer at all; fields: what is wrong with which value
     */
    constructor(message, { status = 0, code = '', retryAfter = 0, fields = {} } = {}) {
        super(message);
        this.name = 'ApiError';
        this.status = status;
        this.code = code;
        this.retryAfter = retryAfter;
        this.fields = fields;
    }
}

const BY_STATUS = {
    400: 'The server did not understand the request.',
    401: 'Please sign in.',
    403: 'This account may not do that.',
    404: 'The server does not know this address.',
    408: 'The server gave up waiting. Please try again.',
    409: 'This is already there.',
    413: 'This is too large for the server.',
    422: 'The server refused one of the values.',
    429: 'Too many requests. Please wait a moment.',
    500: 'The server met an error. Its log says more.',
    502: 'The model provider did not answer.',
    503: 'The server is not ready for this yet.',
    504: 'The model provider took too long.',
};

/**
 * The error of an answer, from whichever envelope the door uses: problem+json (`detail`), the OpenAI and Anthropic
 * form (`error.message`), a list of field errors, or none.
 *
 * @param {number} status
 * @param {string} body
 * @param {string | null} [retryAfter] the header, in seconds
 * @returns {ApiError}
 */
export function errorFrom(status, body, retryAfter = null) {
    const facts = { status, retryAfter: Number(retryAfter) || 0 };
    const parsed = parse(body);
    const { message, code } = read(parsed);
    const fallback = BY_STATUS[status] ?? `The server answered with status ${status}.`;
    return new ApiError(message || fallback, { ...facts, code, fields: fieldsOf(parsed?.errors) });
}

/**
 * The error event inside a stream that had already begun.
 *
 * @param {unknown} parsed
 * @returns {ApiError | null} null when this is no error
 */
export function streamError(parsed) {
    if (parsed === null || typeof parsed !== 'object' || !('error' in parsed) || !parsed.error) {
        return null;
    }
    const { message, code } = read(parsed);
    return new ApiError(message || 'The answer broke off.', { status: 200, code });
}

/** @returns {ApiError} for a request that never got an answer */
export function unreachable() {
    return new ApiError('The server cannot be reached. Is it still running?', { code: 'unreachable' });
}

function parse(body) {
    try {
        return JSON.parse(body);
    } catch {
        return null;
    }
}

function read(parsed) {
    if (parsed === null || typeof parsed !== 'object') {
        return { message: '', code: '' };
    }
    const { error } = parsed;
    if (typeof error === 'string') {
        return { message: error, code: '' };
    }
    if (error !== null && typeof error === 'object') {
        return { message: text(error.message), code: text(error.code) || text(error.type) };
    }
    const code = text(parsed.code) || text(parsed.error_code);
    const fields = fieldErrors(parsed.errors) || fieldErrors(parsed.detail);
    const detail = text(parsed.detail) || text(parsed.title);
    return { message: fields || detail, code };
}

/** Field errors of either form, [{field, message}] or [{loc, msg}], in one sentence each. */
function fieldErrors(list) {
    if (!Array.isArray(list)) {
        return '';
    }
    return list
        .map((each) => {
            const field = text(each?.field) || (Array.isArray(each?.loc) ? String(each.loc.at(-1)) : '');
            const message = text(each?.message) || text(each?.msg);
            return field && message ? `${field}: ${message}` : message;
        })
        .filter((each) => each !== '')
        .join(' ');
}

function fieldsOf(list) {
    const faults = Array.isArray(list) ? list.filter((each) => text(each?.field) !== '') : [];
    return Object.fromEntries(faults.map(({ field, message }) => [text(field), text(message)]));
}

function text(value) {
    return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
