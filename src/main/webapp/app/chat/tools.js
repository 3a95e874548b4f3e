/**
 * The server's demonstration tools: offered to the model, run by the server, one request for each call.
 */
export class Tools {
    #api;
    #definitions = null;

    /** @param {import('../lib/api.js').Api} api */
    constructor(api) {
        this.#api = api;
    }

    /** @returns {Promise<object[]>} as the OpenAI protocol wants them */
    definitions() {
        this.#definitions ??= this.#api.get('api/mcp/tools').catch((failure) => {
            this.#definitions = null;
            throw failure;
        });
        return this.#definitions;
    }

    /**
     * @param {string} name
     * @param {string} args JSON, as the model wrote it
     * @returns {Promise<string>} the result, or what tells the model why there is none
     */
    async run(name, args) {
        let parsed;
        try {
            parsed = JSON.parse(args || '{}');
        } catch {
            return JSON.stringify({ error: 'the arguments are not JSON' });
        }
        try {
            return told(await this.#api.post('api/mcp/execute', { name, arguments: parsed }));
        } catch (failure) {
            return JSON.stringify({ error: failure.message });
        }
    }
}

/** A tool with one result is quoted with that alone: a small model copies what it sees. */
function told(answer) {
    return ['string', 'number'].includes(typeof answer.result) ? String(answer.result) : JSON.stringify(answer);
}
