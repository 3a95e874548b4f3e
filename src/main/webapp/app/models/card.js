/** What makers write about their models. Pure. */

const FRONT_MATTER = /^\uFEFF?---\r?\n[\s\S]*?\r?\n---\r?\n/;
const FENCE = /^(?=(?:```|~~~))/m;
const COMMENT = /<!--[\s\S]*?-->/g;
const TAG = /<\/?(?:a|b|br|center|details|div|em|font|h[1-6]|hr|i|img|p|picture|source|span|strong|sub|summary|sup)\b[^>]*>/gi;

/**
 * What is worth reading of a card: without the block of facts for machines, and without HTML, of which the page shows none.
 *
 * @param {string} markdown
 * @returns {string}
 */
export function readable(markdown) {
    let code = false;
    return markdown
        .replace(FRONT_MATTER, '')
        .split(FENCE)
        .map((part) => {
            const fence = /^(?:```|~~~)/.test(part);
            code = fence ? !code : code;
            return code ? part : part.replace(COMMENT, '').replace(TAG, '');
        })
        .join('')
        .trim();
}
