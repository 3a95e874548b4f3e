import { evaluate } from '../lib/arithmetic.js';

/**
 * The tools that the page itself offers to a model and runs: they need nothing but the browser, so a result never
 * comes from anywhere but here.
 *
 * @type {{[name: string]: {definition: object, run: (args: any) => string}}}
 */
const TOOLS = {
    calculator: {
        definition: {
            name: 'calculator',
            description: 'Evaluate an arithmetic expression.',
            parameters: {
                type: 'object',
                properties: {
                    expression: { type: 'string', description: 'The expression, for example 2 + 3 * 4' },
                },
                required: ['expression'],
            },
        },
        run: ({ expression }) => String(evaluate(String(expression ?? ''))),
    },
};

/** @returns {object[]} as the OpenAI protocol wants them */
export function toolDefinitions() {
    return Object.values(TOOLS).map(({ definition }) => ({ type: 'function', function: definition }));
}

/**
 * @param {string} name
 * @param {string} args JSON, as the model wrote it
 * @returns {string} the result, or a sentence that tells the model what was wrong
 */
export function runTool(name, args) {
    const tool = Object.hasOwn(TOOLS, name) ? TOOLS[name] : undefined;
    if (tool === undefined) {
        return `Error: there is no tool named ${name}.`;
    }
    try {
        return tool.run(JSON.parse(args || '{}'));
    } catch (failure) {
        return `Error: ${failure.message}`;
    }
}
