package io.mlxmanager.chat.template.python;

import java.util.ArrayList;
import java.util.List;

/** {@code json.dumps(value, …)}. */
public final class JsonText {

    private final boolean ascii;
    private final String indent;
    private final String itemSeparator;
    private final String keySeparator;
    private final boolean sorted;
    private final Budget budget;
    private final StringBuilder out = new StringBuilder();

    /**
     * @param ascii whether all other characters are escaped
     * @param indent what each level is indented by, or null to write on one line
     * @param itemSeparator written after each item but the last
     * @param keySeparator written between key and value
     */
    public JsonText(
            boolean ascii, String indent, String itemSeparator, String keySeparator, boolean sorted, Budget budget) {
        this.ascii = ascii;
        this.indent = indent;
        this.itemSeparator = itemSeparator;
        this.keySeparator = keySeparator;
        this.sorted = sorted;
        this.budget = budget;
    }

    /** Writes one value; use each instance once. */
    public String write(Object value) {
        write(value, 0);
        return out.toString();
    }

    private void write(Object value, int level) {
        budget.step();
        if (Types.isText(value)) {
            quote(Types.requireText(value));
        } else if (value == None.NONE) {
            out.append("null");
        } else if (value instanceof Boolean truth) {
            out.append(truth ? "true" : "false");
        } else if (Numbers.isInteger(value)) {
            out.append(Numbers.text(value));
        } else if (value instanceof Double number) {
            out.append(number(number));
        } else if (value instanceof Dict dict) {
            writeDict(dict, level);
        } else if (value instanceof List || value instanceof Tuple) {
            writeItems(Types.findSequence(value), level);
        } else {
            throw new PythonException("Object of type " + typeName(value) + " is not JSON serializable");
        }
    }

    private static String typeName(Object value) {
        return value instanceof Undefined ? "Undefined" : Types.name(value);
    }

    private static String number(double number) {
        if (Double.isNaN(number)) {
            return "NaN";
        }
        return Double.isInfinite(number) ? (number > 0 ? "Infinity" : "-Infinity") : Numbers.floatText(number);
    }

    private void writeItems(List<Object> items, int level) {
        if (items.isEmpty()) {
            out.append("[]");
            return;
        }
        out.append('[');
        budget.enter();
        String separator = "";
        for (Object item : items) {
            out.append(separator);
            breakLine(level + 1);
            write(item, level + 1);
            separator = itemSeparator;
        }
        budget.leave();
        breakLine(level);
        out.append(']');
    }

    private void writeDict(Dict dict, int level) {
        if (dict.size() == 0) {
            out.append("{}");
            return;
        }
        out.append('{');
        budget.enter();
        String separator = "";
        for (Object key : keys(dict)) {
            out.append(separator);
            breakLine(level + 1);
            quote(keyText(key));
            out.append(keySeparator);
            write(dict.find(key), level + 1);
            separator = itemSeparator;
        }
        budget.leave();
        breakLine(level);
        out.append('}');
    }

    private List<Object> keys(Dict dict) {
        List<Object> keys = new ArrayList<>(dict.keys());
        if (sorted) {
            keys.sort((a, b) -> Comparison.order("<", a, b, budget));
        }
        return keys;
    }

    private static String keyText(Object key) {
        if (Types.isText(key)) {
            return Types.requireText(key);
        }
        if (key == None.NONE) {
            return "null";
        }
        if (key instanceof Boolean truth) {
            return truth ? "true" : "false";
        }
        if (key instanceof Double number) {
            return number(number);
        }
        if (Numbers.isInteger(key)) {
            return Numbers.text(key);
        }
        throw new PythonException("keys must be str, int, float, bool or None, not " + Types.name(key));
    }

    private void breakLine(int level) {
        if (indent != null) {
            budget.grow(out.length(), (long) indent.length() * level);
            out.append('\n').append(indent.repeat(level));
        }
    }

    private void quote(String text) {
        budget.grow(out.length(), text.length());
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '\f' -> out.append("\\f");
                case '\b' -> out.append("\\b");
                default -> {
                    if (c < 0x20 || (ascii && c > 0x7e)) {
                        out.append(String.format("\\u%04x", (int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }
}
