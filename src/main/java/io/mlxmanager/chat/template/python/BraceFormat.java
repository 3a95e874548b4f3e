package io.mlxmanager.chat.template.python;

import java.util.Locale;

/** {@code text.format(…)}; fields reach only what a template could reach itself. */
final class BraceFormat {

    private static final int DEEPEST = 2;

    private final Arguments arguments;
    private final Subscripts subscripts;
    private final Budget budget;
    private int next;
    private boolean manual;

    BraceFormat(Arguments arguments, Subscripts subscripts, Budget budget) {
        this.arguments = arguments;
        this.subscripts = subscripts;
        this.budget = budget;
    }

    String format(String text) {
        return format(text, DEEPEST);
    }

    private String format(String text, int depth) {
        if (depth == 0) {
            throw new PythonException("Max string recursion exceeded");
        }
        StringBuilder out = new StringBuilder();
        int i = 0;
        while (i < text.length()) {
            char c = text.charAt(i);
            boolean doubled = i + 1 < text.length() && text.charAt(i + 1) == c;
            if ((c == '{' || c == '}') && doubled) {
                out.append(c);
                i += 2;
            } else if (c == '}') {
                throw new PythonException("Single '}' encountered in format string");
            } else if (c == '{') {
                int end = closing(text, i);
                String piece = field(text.substring(i + 1, end), depth);
                budget.grow(out.length(), piece.length());
                out.append(piece);
                i = end + 1;
            } else {
                out.append(c);
                i++;
            }
        }
        return out.toString();
    }

    private static int closing(String text, int open) {
        int depth = 0;
        for (int i = open; i < text.length(); i++) {
            if (text.charAt(i) == '{') {
                depth++;
            } else if (text.charAt(i) == '}') {
                depth--;
                if (depth == 0) {
                    return i;
                }
            }
        }
        throw new PythonException("expected '}' before end of string");
    }

    private String field(String field, int depth) {
        int colon = outsideBrackets(field, ':');
        String head = colon < 0 ? field : field.substring(0, colon);
        String spec = colon < 0 ? "" : format(field.substring(colon + 1), depth - 1);
        int mark = outsideBrackets(head, '!');
        String conversion = mark < 0 ? "" : head.substring(mark + 1);
        Object value = resolve(mark < 0 ? head : head.substring(0, mark));
        Object converted = switch (conversion) {
            case "" -> value;
            case "s" -> Representation.str(value, budget);
            case "r", "a" -> Representation.repr(value, budget);
            default ->
                throw new PythonException("Unknown conversion specifier '" + conversion.toLowerCase(Locale.ROOT) + "'");
        };
        return FormatSpec.parse(spec).format(converted, budget);
    }

    private static int outsideBrackets(String text, char wanted) {
        boolean inside = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            inside = c == '[' || (inside && c != ']');
            if (!inside && c == wanted) {
                return i;
            }
        }
        return -1;
    }

    private Object resolve(String path) {
        int end = 0;
        while (end < path.length() && path.charAt(end) != '.' && path.charAt(end) != '[') {
            end++;
        }
        Object value = first(path.substring(0, end));
        while (end < path.length()) {
            if (path.charAt(end) == '.') {
                int stop = end + 1;
                while (stop < path.length() && path.charAt(stop) != '.' && path.charAt(stop) != '[') {
                    stop++;
                }
                value = subscripts.attribute(value, path.substring(end + 1, stop));
                end = stop;
            } else {
                int stop = path.indexOf(']', end);
                if (stop < 0) {
                    throw new PythonException("Missing ']' in format string");
                }
                String key = path.substring(end + 1, stop);
                Object index = isDigits(key) ? Numbers.parseInteger(key, 10) : key;
                value = subscripts.item(value, index);
                end = stop + 1;
            }
        }
        return value;
    }

    private Object first(String name) {
        if (name.isEmpty() || isDigits(name)) {
            manual |= !name.isEmpty();
            if (manual && (next > 0 || name.isEmpty())) {
                throw new PythonException("cannot switch between manual and automatic field numbering");
            }
            Object number = name.isEmpty() ? Long.valueOf(next++) : Numbers.parseInteger(name, 10);
            long index = Numbers.index(number);
            if (index >= arguments.positional().size()) {
                throw new PythonException("Replacement index " + index + " out of range for positional args tuple");
            }
            return arguments.positional().get((int) index);
        }
        Object value = arguments.named().get(name);
        if (value == null) {
            throw new PythonException("KeyError: '" + name + "'");
        }
        return value;
    }

    private static boolean isDigits(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }
}
