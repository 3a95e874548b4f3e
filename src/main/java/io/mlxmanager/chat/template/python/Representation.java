package io.mlxmanager.chat.template.python;

import java.util.Iterator;
import java.util.List;

/** How values print: {@code str()} and {@code repr()}. */
public final class Representation {

    private Representation() {}

    /** {@code str(value)}. */
    public static String str(Object value, Budget budget) {
        if (value instanceof String text) {
            return text;
        }
        if (value instanceof Markup markup) {
            return markup.text();
        }
        if (value instanceof Undefined) {
            return "";
        }
        return repr(value, budget);
    }

    /** {@code repr(value)}. */
    public static String repr(Object value, Budget budget) {
        StringBuilder out = new StringBuilder();
        write(value, out, budget);
        return out.toString();
    }

    private static void write(Object value, StringBuilder out, Budget budget) {
        budget.step();
        if (value instanceof String text) {
            budget.grow(out.length(), text.length());
            quote(text, out);
        } else if (value instanceof Markup markup) {
            out.append("Markup(");
            quote(markup.text(), out);
            out.append(')');
        } else if (value == None.NONE) {
            out.append("None");
        } else if (value instanceof Boolean truth) {
            out.append(truth ? "True" : "False");
        } else if (Numbers.isInteger(value)) {
            out.append(Numbers.text(value));
        } else if (value instanceof Double number) {
            out.append(Numbers.floatText(number));
        } else if (value instanceof Undefined) {
            out.append("Undefined");
        } else if (value instanceof Range range) {
            out.append("range(").append(range.start()).append(", ").append(range.stop());
            out.append(range.step() == 1 ? "" : ", " + range.step()).append(')');
        } else {
            budget.enter();
            writeContainer(value, out, budget);
            budget.leave();
        }
    }

    private static void writeContainer(Object value, StringBuilder out, Budget budget) {
        if (value instanceof List<?> list) {
            out.append('[');
            writeItems(list, out, budget);
            out.append(']');
        } else if (value instanceof Tuple tuple) {
            out.append('(');
            writeItems(tuple.items(), out, budget);
            out.append(tuple.items().size() == 1 ? ",)" : ")");
        } else if (value instanceof Group group) {
            writeContainer(Tuple.of(group.grouper(), group.list()), out, budget);
        } else if (value instanceof Dict dict) {
            writeDict(dict, out, budget);
        } else if (value instanceof View view) {
            out.append(Types.name(view)).append("([");
            writeItems(view.items(), out, budget);
            out.append("])");
        } else {
            out.append('<').append(Types.name(value)).append(" object>");
        }
    }

    private static void writeDict(Dict dict, StringBuilder out, Budget budget) {
        out.append('{');
        Iterator<Object> values = dict.values().iterator();
        String separator = "";
        for (Object key : dict.keys()) {
            out.append(separator);
            write(key, out, budget);
            out.append(": ");
            write(values.next(), out, budget);
            separator = ", ";
        }
        out.append('}');
    }

    private static void writeItems(List<?> items, StringBuilder out, Budget budget) {
        String separator = "";
        for (Object item : items) {
            out.append(separator);
            write(item, out, budget);
            separator = ", ";
        }
    }

    private static void quote(String text, StringBuilder out) {
        char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
        out.append(quote);
        text.codePoints().forEach(c -> {
            switch (c) {
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '\\' -> out.append("\\\\");
                default -> {
                    if (c == quote) {
                        out.append('\\').append(quote);
                    } else if (isPrintable(c)) {
                        out.appendCodePoint(c);
                    } else {
                        out.append(escape(c));
                    }
                }
            }
        });
        out.append(quote);
    }

    static String escape(int c) {
        if (c < 0x100) {
            return String.format("\\x%02x", c);
        }
        return c < 0x10000 ? String.format("\\u%04x", c) : String.format("\\U%08x", c);
    }

    static boolean isPrintable(int c) {
        if (c == ' ') {
            return true;
        }
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SPACE_SEPARATOR -> false;
            default -> true;
        };
    }
}
