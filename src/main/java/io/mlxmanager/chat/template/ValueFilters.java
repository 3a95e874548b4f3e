package io.mlxmanager.chat.template;

import io.mlxmanager.chat.template.python.Arguments;
import io.mlxmanager.chat.template.python.Conversions;
import io.mlxmanager.chat.template.python.Dict;
import io.mlxmanager.chat.template.python.JsonText;
import io.mlxmanager.chat.template.python.PythonException;
import io.mlxmanager.chat.template.python.Types;
import io.mlxmanager.chat.template.python.Undefined;
import java.util.List;
import java.util.Map;

/** Filters on single values: defaults, numbers, JSON, attributes. */
final class ValueFilters {

    private ValueFilters() {}

    static void addTo(Map<String, Filter> filters) {
        filters.put("default", ValueFilters::orDefault);
        filters.put("d", ValueFilters::orDefault);
        filters.put("length", (value, arguments, rendering) -> Types.length(value));
        filters.put("count", (value, arguments, rendering) -> Types.length(value));
        filters.put("abs", (value, arguments, rendering) -> Conversions.absolute(value));
        filters.put("int", ValueFilters::integer);
        filters.put("float", (value, arguments, rendering) -> {
            Object number = Conversions.real(value);
            return number != null
                    ? number
                    : arguments.bind("float", 0, "default").orElse(0, 0.0);
        });
        filters.put("round", ValueFilters::round);
        filters.put("filesizeformat", ValueFilters::fileSize);
        filters.put("tojson", ValueFilters::toJson);
        filters.put("attr", ValueFilters::attribute);
    }

    private static Object orDefault(Object value, Arguments arguments, Rendering rendering) {
        Arguments.Bound bound = arguments.bind("default", 0, "default_value", "boolean");
        boolean missing = value instanceof Undefined || (bound.truth(1, false) && !Types.truth(value));
        return missing ? bound.orElse(0, "") : value;
    }

    private static Object integer(Object value, Arguments arguments, Rendering rendering) {
        Arguments.Bound bound = arguments.bind("int", 0, "default", "base");
        Object number = Conversions.integer(value, (int) bound.integer(1, 10));
        return number != null ? number : bound.orElse(0, 0L);
    }

    private static Object round(Object value, Arguments arguments, Rendering rendering) {
        Arguments.Bound bound = arguments.bind("round", 0, "precision", "method");
        int precision = (int) Math.max(-400, Math.min(400, bound.integer(0, 0)));
        String method = bound.text(1, "common");
        return switch (method) {
            case "common" -> Conversions.rounded(value, precision);
            case "ceil", "floor" -> {
                Object factor = rendering.operators().power(10L, (long) precision);
                Object scaled = rendering.operators().multiply(value, factor);
                Object whole = Conversions.whole(scaled, method.equals("ceil"));
                yield rendering.operators().divide(whole, factor);
            }
            default -> throw new PythonException("method must be common, ceil or floor");
        };
    }

    private static Object fileSize(Object value, Arguments arguments, Rendering rendering) {
        boolean binary = arguments.bind("filesizeformat", 0, "binary").truth(0, false);
        Object number = Conversions.real(value);
        if (number == null) {
            throw new PythonException("could not convert to float: " + Types.name(value));
        }
        double bytes = (Double) number;
        double base = binary ? 1024 : 1000;
        if (bytes == 1) {
            return "1 Byte";
        }
        if (bytes < base) {
            return (long) bytes + " Bytes";
        }
        String prefixes = binary ? "KMGTPEZY" : "kMGTPEZY";
        double unit = base;
        int prefix = 0;
        while (bytes >= unit * base && prefix < prefixes.length() - 1) {
            unit *= base;
            prefix++;
        }
        return Conversions.fixed(bytes / unit, 1) + " " + prefixes.charAt(prefix) + (binary ? "iB" : "B");
    }

    private static Object toJson(Object value, Arguments arguments, Rendering rendering) {
        Arguments.Bound bound = arguments.bind("tojson", 0, "ensure_ascii", "indent", "separators", "sort_keys");
        String indent = null;
        if (bound.isSaid(1)) {
            Object width = bound.find(1);
            Object step = Types.isText(width) ? width : rendering.operators().multiply(" ", width);
            indent = Types.requireText(step);
        }
        String itemSeparator = indent == null ? ", " : ",";
        String keySeparator = ": ";
        if (bound.isSaid(2)) {
            List<Object> separators = Types.toList(bound.find(2), rendering.budget());
            if (separators.size() != 2) {
                throw new PythonException("separators must be a pair");
            }
            itemSeparator = Types.requireText(separators.get(0));
            keySeparator = Types.requireText(separators.get(1));
        }
        return new JsonText(
                        bound.truth(0, false),
                        indent,
                        itemSeparator,
                        keySeparator,
                        bound.truth(3, false),
                        rendering.budget())
                .write(value);
    }

    private static Object attribute(Object value, Arguments arguments, Rendering rendering) {
        String name = arguments.bind("attr", 1, "name").text(0, "");
        Object member = rendering.subscripts().attribute(value, name);
        boolean isItem = value instanceof Dict dict && dict.find(name) == member;
        return isItem ? Undefined.member(value, name) : member;
    }
}
