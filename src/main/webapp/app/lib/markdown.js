import DOMPurify from 'dompurify';
import { Marked } from 'marked';

/**
 * The one way from model output to elements: Markdown, then an allow-list. Nothing that comes out of here can run,
 * fetch, submit, frame or imitate a part of the page: no images, no styles, no ids, no classes but those of code
 * colouring, links only to http, https and mailto. Raw HTML in an answer is shown as the text it is.
 */

const TAGS = [
    'a blockquote br code del em h1 h2 h3 h4 h5 h6 hr input li ol p pre span strong',
    'table tbody td th thead tr ul',
].flatMap((line) => line.split(' '));
const ATTRIBUTES = ['align', 'checked', 'class', 'disabled', 'href', 'start', 'title', 'type'];
// DOMPurify applies the link rule to the values of all attributes but these.
const NO_LINKS = ['align', 'checked', 'class', 'disabled', 'start', 'title', 'type'];
const CODE_CLASS = /^(hljs(-[\w-]+)?|language-[\w+#.-]+|[\w]+_)$/;
const LINK = /^(https?:\/\/|mailto:)/i;
const LONGEST_BLOCK = 60_000;

const marked = new Marked({
    gfm: true,
    breaks: true,
    renderer: {
        html: ({ text, block }) => rawHtml(text, block),
        image: ({ href, text }) => `<a href="${escape(href)}">${escape(text || href)}</a>`,
    },
});

const purify = DOMPurify(globalThis.window);
purify.setConfig({
    ALLOWED_TAGS: TAGS,
    ALLOWED_ATTR: ATTRIBUTES,
    ALLOW_DATA_ATTR: false,
    ALLOW_ARIA_ATTR: false,
    ALLOWED_URI_REGEXP: LINK,
    ADD_URI_SAFE_ATTR: NO_LINKS,
    RETURN_DOM_FRAGMENT: true,
});
purify.addHook('afterSanitizeAttributes', (node) => {
    if (node.nodeName === 'A') {
        hardenLink(node);
    } else if (node.nodeName === 'INPUT') {
        hardenCheckbox(node);
    }
    keepCodeClasses(node);
});

/** @param {string} markdown @returns {{type: string, raw: string}[]} its blocks */
export function lex(markdown) {
    return marked.lexer(markdown);
}

/**
 * @param {string} markdown one or more whole blocks
 * @returns {DocumentFragment} safe to attach
 */
export function render(markdown) {
    if (markdown.length > LONGEST_BLOCK) {
        return plain(markdown);
    }
    return sanitize(marked.parse(markdown, { async: false }));
}

/** @param {string} html from a code highlighter @returns {DocumentFragment} safe to attach */
export function sanitize(html) {
    return /** @type {DocumentFragment} */ (/** @type {unknown} */ (purify.sanitize(html)));
}

/** A block beyond any sensible length would keep the page busy for seconds; it is shown as it came. */
function plain(text) {
    const fragment = document.createDocumentFragment();
    const block = document.createElement('pre');
    block.textContent = text;
    fragment.append(block);
    return fragment;
}

function hardenLink(link) {
    if (!LINK.test(link.getAttribute('href') ?? '')) {
        link.removeAttribute('href');
        return;
    }
    link.setAttribute('target', '_blank');
    link.setAttribute('rel', 'noopener noreferrer nofollow');
}

function hardenCheckbox(input) {
    if (input.getAttribute('type') !== 'checkbox') {
        input.remove();
        return;
    }
    input.setAttribute('disabled', '');
    input.setAttribute('aria-label', input.hasAttribute('checked') ? 'done' : 'open');
}

function keepCodeClasses(node) {
    const kept = [...(node.classList ?? [])].filter((name) => CODE_CLASS.test(name));
    if (kept.length > 0) {
        node.className = kept.join(' ');
    } else {
        node.removeAttribute?.('class');
    }
}

function rawHtml(text, block) {
    if (/^<br\s*\/?>\s*$/i.test(text)) {
        return '<br>';
    }
    return block ? `<p>${escape(text.trim()).replaceAll('\n', '<br>')}</p>` : escape(text);
}

function escape(text) {
    const entities = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
    return text.replace(/[&<>"']/g, (each) => entities[each]);
}
