package io.mlxmanager.chat.template;

import io.mlxmanager.chat.template.python.Arguments;
import io.mlxmanager.chat.template.python.PythonException;
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

    static Object apply(String name, Object value, Arguments arguments, Rendering rendering) {
        Filter filter = ALL.get(name);
        if (filter == null) {
            throw new PythonException("No filter named '" + name + "'.");
        }
        return filter.apply(value, arguments, rendering);
    }
}
