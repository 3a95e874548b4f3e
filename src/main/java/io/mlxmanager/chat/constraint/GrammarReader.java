package io.mlxmanager.chat.constraint;

import io.mlxmanager.chat.constraint.Form.Reference;
import io.mlxmanager.chat.constraint.Form.Repeat;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads grammars as llama.cpp writes them (GBNF): {@code name ::= alternatives}, with literals in quotes, character classes,
 * groups, {@code * + ? {m,n}}, the dot, and comments from {@code #} to the end of the line. The rule {@code root} is the
 * whole text. Used once.
 */
public final class GrammarReader {

    private static final int LONGEST = 100_000;
    private static final int DEEPEST = 100;
    private static final int MOST_TIMES = 10_000;
    private static final String ROOT = "root";

    private final String text;
    private final Map<String, Form> rules = new LinkedHashMap<>();
    private int at;
    private int depth;

    private GrammarReader(String text) {
        this.text = text;
    }

    /** @throws GrammarException for what is wrong or not supported, with its line */
    public static Grammar read(String text) {
        if (text.length() > LONGEST) {
            throw GrammarException.unsupported("", "is longer than " + LONGEST + " characters.");
        }
        return new GrammarReader(text).read();
    }

    private Grammar read() {
        skip(true);
        while (at < text.length()) {
            String name = name();
            skip(true);
            if (!text.startsWith("::=", at)) {
                throw invalid("\"::=\" is missing behind \"" + name + "\"");
            }
            at += 3;
            skip(true);
            if (rules.put(name, alternatives(false)) != null) {
                throw invalid("the rule \"" + name + "\" is there twice");
            }
            skip(true);
        }
        if (!rules.containsKey(ROOT)) {
            throw GrammarException.invalid("", "has no rule \"" + ROOT + "\", with which the text begins.");
        }
        rules.values().forEach(this::requireNames);
        return new Grammar(rules, new Reference(ROOT));
    }

    private void requireNames(Form form) {
        if (form instanceof Reference reference && !rules.containsKey(reference.rule())) {
            throw GrammarException.invalid("", "names the rule \"" + reference.rule() + "\", which does not exist.");
        } else if (form instanceof Form.Sequence sequence) {
            sequence.parts().forEach(this::requireNames);
        } else if (form instanceof Form.Choice choice) {
            choice.options().forEach(this::requireNames);
        } else if (form instanceof Repeat repeat) {
            requireNames(repeat.form());
        }
    }

    /** @param inside whether in parentheses, where line breaks do not end the rule */
    private Form alternatives(boolean inside) {
        if (++depth > DEEPEST) {
            throw invalid("nesting deeper than " + DEEPEST);
        }
        List<Form> options = new ArrayList<>();
        boolean more = true;
        while (more) {
            options.add(sequence(inside));
            // A rule may go on in the next line when that begins with a bar.
            int end = at;
            skip(true);
            more = at < text.length() && text.charAt(at) == '|';
            if (more) {
                at++;
                skip(true);
            } else {
                at = end;
            }
        }
        depth--;
        return JsonForms.choice(options);
    }

    private Form sequence(boolean inside) {
        List<Form> parts = new ArrayList<>();
        skip(inside);
        while (at < text.length() && "|)\n\r".indexOf(text.charAt(at)) < 0) {
            if (!inside && isRuleStart()) {
                break;
            }
            parts.add(repeated(item()));
            skip(inside);
        }
        return parts.size() == 1 ? parts.get(0) : new Form.Sequence(parts);
    }

    private boolean isRuleStart() {
        int end = at;
        while (end < text.length() && isName(text.charAt(end))) {
            end++;
        }
        while (end < text.length() && text.charAt(end) == ' ') {
            end++;
        }
        return text.startsWith("::=", end);
    }

    private Form item() {
        char c = text.charAt(at);
        if (c == '"') {
            return Form.text(literal());
        }
        if (c == '[') {
            return characters();
        }
        if (c == '.') {
            at++;
            return Form.chars(CodePoints.ANY);
        }
        if (c == '(') {
            at++;
            Form form = alternatives(true);
            skip(true);
            if (at == text.length() || text.charAt(at) != ')') {
                throw invalid("')' is missing");
            }
            at++;
            return form;
        }
        return new Reference(name());
    }

    private Form repeated(Form item) {
        Form form = item;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '*') {
                form = new Repeat(form, 0, Repeat.UNBOUNDED);
            } else if (c == '+') {
                form = new Repeat(form, 1, Repeat.UNBOUNDED);
            } else if (c == '?') {
                form = new Repeat(form, 0, 1);
            } else if (c == '{') {
                form = counted(form);
            } else {
                return form;
            }
            at++;
        }
        return form;
    }

    /** Leaves the position at the closing brace. */
    private Form counted(Form form) {
        int close = text.indexOf('}', at);
        String bounds = close < 0 ? "" : text.substring(at + 1, close).strip();
        if (!bounds.matches("[0-9]{1,5}(\\s*,\\s*([0-9]{1,5})?)?")) {
            throw invalid("bounds such as {2}, {2,} or {2,5} are expected");
        }
        String[] parts = bounds.split("\\s*,\\s*", -1);
        int least = Integer.parseInt(parts[0]);
        int most = parts.length == 1 ? least : parts[1].isEmpty() ? Repeat.UNBOUNDED : Integer.parseInt(parts[1]);
        if (least > MOST_TIMES || most > MOST_TIMES || (most != Repeat.UNBOUNDED && most < least)) {
            throw invalid("bounds must rise, up to " + MOST_TIMES);
        }
        at = close;
        return new Repeat(form, least, most);
    }

    private String literal() {
        StringBuilder value = new StringBuilder();
        at++;
        while (at < text.length() && text.charAt(at) != '"') {
            value.appendCodePoint(point());
        }
        close('"');
        return value.toString();
    }

    private Form characters() {
        at++;
        boolean negated = at < text.length() && text.charAt(at) == '^';
        if (negated) {
            at++;
        }
        CodePoints set = CodePoints.NONE;
        while (at < text.length() && text.charAt(at) != ']') {
            int first = point();
            int last = first;
            if (text.startsWith("-", at) && !text.startsWith("-]", at)) {
                at++;
                last = point();
            }
            if (last < first) {
                throw invalid("a range that is none");
            }
            set = set.or(CodePoints.range(first, last));
        }
        close(']');
        return Form.chars(negated ? set.not() : set);
    }

    /** One character, written as it is or escaped. */
    private int point() {
        if (at >= text.length()) {
            throw invalid("the text ends too early");
        }
        int point = text.codePointAt(at);
        at += Character.charCount(point);
        if (point != '\\') {
            return point;
        }
        if (at == text.length()) {
            throw invalid("a backslash at the end");
        }
        char c = text.charAt(at++);
        return switch (c) {
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'x' -> hex(2);
            case 'u' -> hex(4);
            case 'U' -> hex(8);
            case '"', '\\', '[', ']', '-', '^', '/' -> c;
            default -> throw invalid("an unknown escape \\" + c);
        };
    }

    private int hex(int digits) {
        try {
            int value = Integer.parseInt(text, at, at + digits, 16);
            at += digits;
            if (Character.isValidCodePoint(value)) {
                return value;
            }
        } catch (NumberFormatException | IndexOutOfBoundsException e) {
            throw invalid("an escape without " + digits + " hexadecimal digits");
        }
        throw invalid("an escape that names no character");
    }

    private void close(char c) {
        if (at >= text.length() || text.charAt(at) != c) {
            throw invalid("'" + c + "' is missing");
        }
        at++;
    }

    private String name() {
        int start = at;
        while (at < text.length() && isName(text.charAt(at))) {
            at++;
        }
        if (at == start) {
            throw invalid("a name is expected");
        }
        return text.substring(start, at);
    }

    private static boolean isName(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    }

    private void skip(boolean lines) {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '#') {
                while (at < text.length() && text.charAt(at) != '\n') {
                    at++;
                }
            } else if (c == ' ' || c == '\t' || (lines && (c == '\n' || c == '\r'))) {
                at++;
            } else {
                return;
            }
        }
    }

    private GrammarException invalid(String what) {
        long line = text.substring(0, Math.min(at, text.length())).lines().count();
        return GrammarException.invalid("", "is no grammar: " + what + " in line " + Math.max(1, line) + ".");
    }
}
