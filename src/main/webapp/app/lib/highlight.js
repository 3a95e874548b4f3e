import { sanitize } from './markdown.js';

/**
 * Code colours, loaded when the first code block is there: the core once, each language when it is met.
 */

const LANGUAGES = new Set(
    'bash c cpp csharp css diff dockerfile go ini java javascript json kotlin markdown python rust sql swift typescript xml yaml'.split(' '),
);
const ALIASES = {
    sh: 'bash', shell: 'bash', zsh: 'bash', console: 'bash',
    h: 'c', 'c++': 'cpp', cc: 'cpp', hpp: 'cpp', cs: 'csharp', 'c#': 'csharp',
    docker: 'dockerfile', golang: 'go', toml: 'ini', properties: 'ini',
    js: 'javascript', jsx: 'javascript', mjs: 'javascript', ts: 'typescript', tsx: 'typescript',
    json5: 'json', jsonc: 'json', kt: 'kotlin', md: 'markdown', py: 'python', rs: 'rust',
    html: 'xml', svg: 'xml', yml: 'yaml', patch: 'diff',
};
const LONGEST_CODE = 60_000;

/** @type {Promise<any> | null} */
let core = null;
const known = new Map();

/** @param {string} info of a fence, e.g. `js title=x` @returns {string} a language's name, empty when there is none */
export function languageOf(info) {
    const word = info.trim().split(/[\s{:,]/, 1)[0].toLowerCase();
    return ALIASES[word] ?? word;
}

/**
 * Colours a `code` element whose text is complete. Leaves it as it is when the language is unknown or cannot be loaded.
 *
 * @param {HTMLElement} code
 * @param {string} language as {@link languageOf} names it
 * @returns {Promise<void>}
 */
export async function highlight(code, language) {
    if (!LANGUAGES.has(language) || code.textContent.length > LONGEST_CODE) {
        return;
    }
    try {
        const hljs = await load(language);
        const { value } = hljs.highlight(code.textContent, { language, ignoreIllegals: true });
        code.replaceChildren(sanitize(value));
    } catch {
        // Colours are a nicety: without them the code is still there to read.
    }
}

async function load(language) {
    // @ts-ignore: known to the import map alone
    core ??= import('highlight.js').then((module) => module.default);
    const hljs = await core;
    if (!known.has(language)) {
        known.set(
            language,
            import(`highlight.js/languages/${language}.min.js`).then((module) =>
                hljs.registerLanguage(language, module.default),
            ),
        );
    }
    await known.get(language);
    return hljs;
}
