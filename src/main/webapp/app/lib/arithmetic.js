/**
 * Arithmetic without eval: + - * / % ^ (also ** × ÷), parentheses, decimal numbers.
 *
 * @param {string} expression
 * @returns {number} rounded to 12 significant digits
 * @throws {Error} naming the place that was not understood, or a result that is no finite number
 */
export function evaluate(expression) {
    const tokens = tokenize(expression);
    let at = 0;
    let depth = 0;

    const take = (...symbols) => (symbols.includes(tokens[at]?.text) ? tokens[at++].text : '');

    function sum() {
        let value = product();
        for (let sign = take('+', '-'); sign; sign = take('+', '-')) {
            const right = product();
            value = sign === '+' ? value + right : value - right;
        }
        return value;
    }

    function product() {
        let value = signed();
        for (let sign = take('*', '/', '%'); sign; sign = take('*', '/', '%')) {
            const right = signed();
            value = sign === '*' ? value * right : sign === '/' ? value / right : value % right;
        }
        return value;
    }

    function signed() {
        const sign = take('-', '+');
        if (sign) {
            return nested(() => (sign === '-' ? -signed() : signed()));
        }
        const base = atom();
        return take('^') ? nested(() => base ** signed()) : base;
    }

    function atom() {
        if (take('(')) {
            const value = nested(sum);
            if (!take(')')) {
                throw unexpected();
            }
            return value;
        }
        const token = tokens[at];
        if (token === undefined || Number.isNaN(token.value)) {
            throw unexpected();
        }
        at++;
        return token.value;
    }

    function nested(rule) {
        if (++depth > 100) {
            throw new Error('the expression is nested too deeply');
        }
        const value = rule();
        depth--;
        return value;
    }

    function unexpected() {
        const token = tokens[at];
        return new Error(token === undefined ? 'the expression ends too early' : `unexpected "${token.text}"`);
    }

    const value = sum();
    if (at < tokens.length) {
        throw unexpected();
    }
    if (!Number.isFinite(value)) {
        throw new Error('the result is not a finite number');
    }
    return Number(value.toPrecision(12));
}

const TOKEN = /\s*(?:((?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)|(\*\*|[-+*/%^()×÷−]))/iy;
const SAME = { '**': '^', '×': '*', '÷': '/', '−': '-' };

function tokenize(expression) {
    const tokens = [];
    const text = expression.trim();
    TOKEN.lastIndex = 0;
    let end = 0;
    while (end < text.length) {
        const match = TOKEN.exec(text);
        if (match === null) {
            throw new Error(`unexpected "${text.slice(end).trim()[0]}"`);
        }
        end = TOKEN.lastIndex;
        tokens.push({ text: SAME[match[2]] ?? match[2] ?? match[1], value: match[1] ? Number(match[1]) : NaN });
    }
    return tokens;
}
