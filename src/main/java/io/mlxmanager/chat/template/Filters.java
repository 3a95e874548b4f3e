package io.mlxmanager.chat.template;

import io.mlxmanager.chat.template.python.Arguments;
import io.mlxmanager.chat.template.python.PythonException;
import io.mlxmanager.chat.template.python.Types;
import java.util.HashMap;
import java.util.Map;

/**
 * All filters by name. Those of the original that only make sense on web pages or consoles ({@code urlize},
 * {@code wordwrap}, {@code pprint}) are not there.
 */
final class Filters {

    private static final Map<String, Filter> ALL = new HashMap<>();

    static {
        TextFilters.addTo(ALL);
        ValueFilters.addTo(ALL);
        SequenceFilters.addTo(ALL);
        SelectionFilters.addTo(ALL);
    }

    private Filters() {}

    static boolean exists(String name) {
        return ALL.containsKey(name);
    }

    /** Texts are paid for here, read and made, so that no filter can be had for nothing. */
    static Object apply(String name, Object value, Arguments arguments, Rendering rendering) {
        Filter filter = ALL.get(name);
        if (filter == null) {
            throw new PythonException("No filter named '" + name + "'.");
        }
        if (Types.isText(value)) {
            rendering.budget().read(Types.requireText(value).length());
        }
        Object result = filter.apply(value, arguments, rendering);
        if (Types.isText(result)) {
            rendering.budget().text(Types.requireText(result).length());
        }
        return result;
    }
}
