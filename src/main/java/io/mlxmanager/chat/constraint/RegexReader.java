package io.mlxmanager.chat.constraint;

import io.mlxmanager.chat.constraint.Form.Repeat;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads regular expressions: what ECMA-262 and java.util.regex have in common, short of what is not regular. Where the two
 * disagree about a class, such as which spaces {@code \s} means, the characters are taken on which they agree. Used once.
 */
public final class RegexReader {

    private static final int DEEPEST = 100;
    private static final int LONGEST = 10_000;
    private static final int MOST_TIMES = 10_000;

    private static final CodePoints LINE_ENDS = CodePoints.of("\n\r\u0085\u2028\u2029");
    private static final Form ANYTHING = Form.any(Form.chars(CodePoints.ANY));

    private final String text;
    private int at;
    private int depth;

    private RegexReader(String text) {
        if (text.length() > LONGEST) {
            throw GrammarException.unsupported("", "is longer than " + LONGEST + " characters.");
        }
        this.text = text;
    }

    /**
     * The texts that match as a whole.
     *
     * @throws GrammarException for what is wrong or is not supported, with its position
     */
    public static Form whole(String regex) {
        RegexReader reader = new RegexReader(regex);
        return reader.alternatives(true, false);
    }

    /** The texts in which a match is found, as JSON Schema's {@code pattern} means it. */
    public static Form found(String regex) {
        RegexReader reader = new RegexReader(regex);
        return reader.alternatives(true, true);
    }

    /** @param search whether text may stand before and after what is not anchored */
    private Form alternatives(boolean outermost, boolean search) {
        if (++depth > DEEPEST) {
            throw unsupported("nesting deeper than " + DEEPEST);
        }
        List<Form> options = new ArrayList<>();
        do {
            options.add(sequence(outermost, search));
        } while (accept('|'));
        depth--;
        if (outermost && at < text.length()) {
            throw invalid("a closing parenthesis that was not opened");
        }
        return options.size() == 1 ? options.get(0) : new Form.Choice(options);
    }

    private Form sequence(boolean outermost, boolean search) {
        List<Form> parts = new ArrayList<>();
        boolean fromStart = outermost && accept('^');
        boolean toEnd = false;
        if (search && !fromStart) {
            parts.add(ANYTHING);
        }
        while (at < text.length() && peek() != '|' && peek() != ')') {
            if (outermost && peek() == '$' && (at + 1 == text.length() || text.charAt(at + 1) == '|')) {
                at++;
                toEnd = true;
            } else {
                parts.add(quantified(atom()));
            }
        }
        if (search && !toEnd) {
            parts.add(ANYTHING);
        }
        return parts.size() == 1 ? parts.get(0) : new Form.Sequence(parts);
    }

    private Form quantified(Form atom) {
        Form form = atom;
        while (at < text.length()) {
            if (accept('*')) {
                form = new Repeat(form, 0, Repeat.UNBOUNDED);
            } else if (accept('+')) {
                form = new Repeat(form, 1, Repeat.UNBOUNDED);
            } else if (accept('?')) {
                form = new Repeat(form, 0, 1);
            } else if (peek() == '{') {
                form = counted(form);
            } else {
                return form;
            }
            if (accept('+')) {
                throw unsupported("a possessive quantifier");
            }
            // Reluctance decides which match is found, not which texts match.
            accept('?');
        }
        return form;
    }

    private Form counted(Form form) {
        at++;
        int least = number();
        int most = least;
        if (accept(',')) {
            most = peek() == '}' ? Repeat.UNBOUNDED : number();
        }
        expect('}');
        if (most != Repeat.UNBOUNDED && most < least) {
            throw invalid("a quantifier whose bounds are the wrong way round");
        }
        return new Repeat(form, least, most);
    }

    private int number() {
        int start = at;
        while (at < text.length() && Character.isDigit(peek())) {
            at++;
        }
        if (at == start) {
            throw invalid("a quantifier without a number");
        }
        String digits = text.substring(start, at);
        if (digits.length() > 5 || Integer.parseInt(digits) > MOST_TIMES) {
            throw unsupported("a quantifier above " + MOST_TIMES);
        }
        return Integer.parseInt(digits);
    }

    private Form atom() {
        char c = peek();
        return switch (c) {
            case '(' -> group();
            case '[' -> Form.chars(new CharacterClass().read());
            case '.' -> {
                at++;
                yield Form.chars(CodePoints.ANY.minus(LINE_ENDS));
            }
            case '\\' -> Form.chars(escape(false));
            case '^', '$' -> throw unsupported("an anchor that is not at the end of an alternative");
            case '*', '+', '?' -> throw invalid("a quantifier with nothing before it");
            default -> Form.chars(CodePoints.of(point()));
        };
    }

    private Form group() {
        expect('(');
        if (accept('?')) {
            if (accept('<')) {
                if (at < text.length() && (peek() == '=' || peek() == '!')) {
                    throw unsupported("looking around");
                }
                while (at < text.length() && peek() != '>') {
                    at++;
                }
                expect('>');
            } else if (!accept(':')) {
                throw unsupported("this kind of group");
            }
        }
        Form inner = alternatives(false, false);
        expect(')');
        return inner;
    }

    /** @param negated whether the class around it is negated, so that the larger meaning is the careful one */
    private CodePoints escape(boolean negated) {
        expect('\\');
        if (at == text.length()) {
            throw invalid("a backslash at the end");
        }
        int start = at;
        int c = point();
        return switch (c) {
            case 'd' -> CharacterSets.DIGITS;
            case 'D' -> CharacterSets.DIGITS.not();
            case 'w' -> CharacterSets.WORD;
            case 'W' -> CharacterSets.WORD.not();
            case 's' -> negated ? CharacterSets.ALL_SPACES : CharacterSets.SPACES;
            case 'S' -> negated ? CharacterSets.SPACES.not() : CharacterSets.ALL_SPACES.not();
            case 'p', 'P' -> property(c == 'P');
            case 'n' -> CodePoints.of('\n');
            case 'r' -> CodePoints.of('\r');
            case 't' -> CodePoints.of('\t');
            case 'f' -> CodePoints.of('\f');
            case 'v' -> CodePoints.of('\u000B');
            case 'x' -> CodePoints.of(hex(2));
            case 'u' -> CodePoints.of(unicode());
            default -> {
                if (Character.isLetterOrDigit(c)) {
                    at = start;
                    throw unsupported("\\" + Character.toString(c));
                }
                yield CodePoints.of(c);
            }
        };
    }

    private CodePoints property(boolean negated) {
        expect('{');
        int end = text.indexOf('}', at);
        if (end < 0) {
            throw invalid("\\p without a closing brace");
        }
        String name = text.substring(at, end);
        CodePoints set = CharacterSets.category(name).orElseThrow(() -> unsupported("\\p{" + name + "}"));
        at = end + 1;
        return negated ? set.not() : set;
    }

    private int unicode() {
        if (!accept('{')) {
            int unit = hex(4);
            if (Character.isHighSurrogate((char) unit) && text.startsWith("\\u", at)) {
                at += 2;
                return Character.toCodePoint((char) unit, (char) hex(4));
            }
            return unit;
        }
        int end = text.indexOf('}', at);
        int point = end < 0 || end - at > 6 || end == at ? -1 : hex(end - at);
        if (point < 0 || point > CodePoints.LAST) {
            throw invalid("\\u{…} that names no character");
        }
        expect('}');
        return point;
    }

    private int hex(int digits) {
        int value = 0;
        for (int i = 0; i < digits; i++) {
            int digit = at < text.length() ? Character.digit(text.charAt(at), 16) : -1;
            if (digit < 0) {
                throw invalid("an escape without " + digits + " hexadecimal digits");
            }
            value = value * 16 + digit;
            at++;
        }
        return value;
    }

    private int point() {
        int point = text.codePointAt(at);
        at += Character.charCount(point);
        return point;
    }

    private char peek() {
        return at < text.length() ? text.charAt(at) : 0;
    }

    private boolean accept(char c) {
        if (at < text.length() && text.charAt(at) == c) {
            at++;
            return true;
        }
        return false;
    }

    private void expect(char c) {
        if (!accept(c)) {
            throw invalid("'" + c + "' is missing");
        }
    }

    private GrammarException invalid(String what) {
        return GrammarException.invalid("", "is no regular expression: " + what + " at character " + at + ".");
    }

    private GrammarException unsupported(String what) {
        return GrammarException.unsupported("", "holds something unsupported at character " + at + ": " + what + ".");
    }

    /** What stands in square brackets. */
    private final class CharacterClass {

        private boolean negated;

        CodePoints read() {
            expect('[');
            negated = accept('^');
            CodePoints set = CodePoints.NONE;
            while (at < text.length() && peek() != ']') {
                set = set.or(item());
            }
            expect(']');
            return negated ? set.not() : set;
        }

        private CodePoints item() {
            if (peek() == '[' || text.startsWith("&&", at)) {
                // Java combines classes here, where others see plain characters.
                throw unsupported("a class inside of a class, or an unescaped [ or &&");
            }
            int start = at;
            CodePoints first = member();
            boolean range = peek() == '-' && at + 1 < text.length() && text.charAt(at + 1) != ']';
            if (!range) {
                return first;
            }
            at++;
            CodePoints last = member();
            if (!isOne(first) || !isOne(last) || first.first(0) > last.first(0)) {
                at = start;
                throw invalid("a range that is none");
            }
            return CodePoints.range(first.first(0), last.first(0));
        }

        private CodePoints member() {
            if (peek() == '\\') {
                if (text.startsWith("\\b", at)) {
                    throw unsupported("\\b");
                }
                return escape(negated);
            }
            if (at == text.length()) {
                throw invalid("']' is missing");
            }
            return CodePoints.of(point());
        }

        private static boolean isOne(CodePoints set) {
            return set.size() == 1 && set.first(0) == set.last(0);
        }
    }
}
