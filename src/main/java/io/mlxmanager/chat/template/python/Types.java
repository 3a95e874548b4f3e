package io.mlxmanager.chat.template.python;

import java.math.BigInteger;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;

/** What every value can be asked: its type, truth, length and items. */
public final class Types {

    private Types() {}

    /** What Python calls the type of the value. */
    public static String name(Object value) {
        if (value instanceof String) {
            return "str";
        }
        if (value instanceof Boolean) {
            return "bool";
        }
        if (value instanceof Long || value instanceof BigInteger) {
            return "int";
        }
        if (value instanceof Double) {
            return "float";
        }
        if (value instanceof List) {
            return "list";
        }
        if (value instanceof View view) {
            return view.kind().typeName();
        }
        if (value instanceof Lazy lazy) {
            return lazy.typeName();
        }
        if (value instanceof Members members) {
            return members.typeName();
        }
        if (value instanceof Dict) {
            return "dict";
        }
        if (value instanceof None) {
            return "NoneType";
        }
        return value instanceof Callable
                ? "function"
                : value.getClass().getSimpleName().toLowerCase(Locale.ROOT);
    }

    public static boolean isText(Object value) {
        return value instanceof String || value instanceof Markup;
    }

    /** The characters of a text, safe or not. */
    public static String requireText(Object value) {
        if (value instanceof String text) {
            return text;
        }
        if (value instanceof Markup markup) {
            return markup.text();
        }
        if (value instanceof Undefined undefined) {
            throw undefined.failure();
        }
        throw new PythonException("expected str instance, " + name(value) + " found");
    }

    public static boolean truth(Object value) {
        if (value instanceof Boolean truth) {
            return truth;
        }
        if (value == None.NONE || value instanceof Undefined) {
            return false;
        }
        if (value instanceof Long number) {
            return number != 0;
        }
        if (value instanceof Double number) {
            return number != 0;
        }
        int length = findLength(value);
        return length != 0;
    }

    /** The number of items, or -1 when the value has none to count. */
    public static int findLength(Object value) {
        if (value instanceof String text) {
            return CodePoints.length(text);
        }
        if (value instanceof Markup markup) {
            return CodePoints.length(markup.text());
        }
        if (value instanceof List<?> list) {
            return list.size();
        }
        if (value instanceof Tuple tuple) {
            return tuple.items().size();
        }
        if (value instanceof Group) {
            return 2;
        }
        if (value instanceof Dict dict) {
            return dict.size();
        }
        if (value instanceof View view) {
            return view.dict().size();
        }
        if (value instanceof Range range) {
            return range.size();
        }
        if (value instanceof Sized sized) {
            return sized.length();
        }
        return value instanceof Undefined ? 0 : -1;
    }

    public static long length(Object value) {
        int length = findLength(value);
        if (length < 0) {
            throw new PythonException("object of type '" + name(value) + "' has no len()");
        }
        return length;
    }

    /** Walks through the items, or null when the value has none to walk through. */
    public static Iterator<Object> findItems(Object value) {
        if (isText(value)) {
            return CodePoints.each(requireText(value));
        }
        if (value instanceof Dict dict) {
            return dict.keys().iterator();
        }
        if (value instanceof View view) {
            return view.items().iterator();
        }
        if (value instanceof Lazy lazy) {
            return lazy;
        }
        if (value instanceof Undefined) {
            return List.of().iterator();
        }
        List<Object> sequence = findSequence(value);
        return sequence == null ? null : sequence.iterator();
    }

    /** Walks through the items. */
    public static Iterator<Object> items(Object value) {
        Iterator<Object> items = findItems(value);
        if (items == null) {
            throw new PythonException("'" + name(value) + "' object is not iterable");
        }
        return items;
    }

    /** All items as a list of their own. */
    public static List<Object> toList(Object value, Budget budget) {
        List<Object> list = new ArrayList<>();
        Iterator<Object> items = items(value);
        while (items.hasNext()) {
            budget.step();
            list.add(items.next());
        }
        return list;
    }

    /** The items of a list, tuple or range by position, or null for anything else. */
    @SuppressWarnings("unchecked")
    static List<Object> findSequence(Object value) {
        if (value instanceof List) {
            return (List<Object>) value;
        }
        if (value instanceof Tuple tuple) {
            return tuple.items();
        }
        if (value instanceof Group group) {
            return List.of(group.grouper(), group.list());
        }
        if (value instanceof Range range) {
            return new AbstractList<>() {
                @Override
                public Object get(int index) {
                    return range.at(index);
                }

                @Override
                public int size() {
                    return range.size();
                }
            };
        }
        return null;
    }
}
