package io.mlxmanager.chat.template;

import io.mlxmanager.chat.template.python.None;
import io.mlxmanager.chat.template.python.TextCase;
import io.mlxmanager.chat.template.python.Types;
import io.mlxmanager.chat.template.python.Undefined;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** What the argument {@code attribute} of a filter means: a path of names and positions with dots between them. */
final class Attributes {

    private Attributes() {}

    /**
     * A function from an item to what is at the path.
     *
     * @param attribute null or None for the item itself
     * @param otherwise for items that have nothing there, or null
     */
    static UnaryOperator<Object> getter(Object attribute, Object otherwise, Rendering rendering) {
        List<Object> path = path(attribute);
        return item -> {
            Object value = item;
            for (Object step : path) {
                value = rendering.subscripts().item(value, step);
                if (value instanceof Undefined && otherwise != null && otherwise != None.NONE) {
                    return otherwise;
                }
            }
            return value;
        };
    }

    /** As {@link #getter}, with texts in lower case unless {@code caseSensitive}. */
    static UnaryOperator<Object> sortKey(Object attribute, boolean caseSensitive, Rendering rendering) {
        UnaryOperator<Object> getter = getter(attribute, null, rendering);
        return item -> ignoreCase(getter.apply(item), caseSensitive);
    }

    static Object ignoreCase(Object value, boolean caseSensitive) {
        return caseSensitive || !Types.isText(value) ? value : TextCase.lower(Types.requireText(value));
    }

    private static List<Object> path(Object attribute) {
        List<Object> path = new ArrayList<>();
        if (attribute == null || attribute == None.NONE) {
            return path;
        }
        if (!Types.isText(attribute)) {
            path.add(attribute);
            return path;
        }
        for (String step : Types.requireText(attribute).split("\\.", -1)) {
            boolean position = step.matches("[0-9]{1,9}");
            path.add(position ? (Object) Long.valueOf(step) : step);
        }
        return path;
    }
}
