package io.mlxmanager.chat.template;

import io.mlxmanager.chat.template.python.Arguments;
import io.mlxmanager.chat.template.python.Dict;
import io.mlxmanager.chat.template.python.Lazy;
import io.mlxmanager.chat.template.python.PythonException;
import io.mlxmanager.chat.template.python.Types;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** Filters that choose or change the items of a sequence one by one, and only when they are asked for. */
final class SelectionFilters {

    private SelectionFilters() {}

    static void addTo(Map<String, Filter> filters) {
        filters.put("map", SelectionFilters::map);
        filters.put("select", (value, arguments, rendering) -> select(value, arguments, rendering, false, true));
        filters.put("reject", (value, arguments, rendering) -> select(value, arguments, rendering, false, false));
        filters.put("selectattr", (value, arguments, rendering) -> select(value, arguments, rendering, true, true));
        filters.put("rejectattr", (value, arguments, rendering) -> select(value, arguments, rendering, true, false));
        filters.put("unique", SelectionFilters::unique);
    }

    private static Object map(Object value, Arguments arguments, Rendering rendering) {
        return lazy(() -> Types.truth(value) ? mapped(value, arguments, rendering) : Collections.emptyIterator());
    }

    private static Iterator<Object> mapped(Object value, Arguments arguments, Rendering rendering) {
        UnaryOperator<Object> change = change(arguments, rendering);
        Iterator<Object> items = Types.items(value);
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return items.hasNext();
            }

            @Override
            public Object next() {
                rendering.budget().step();
                return change.apply(items.next());
            }
        };
    }

    private static UnaryOperator<Object> change(Arguments arguments, Rendering rendering) {
        if (arguments.positional().isEmpty() && arguments.named().containsKey("attribute")) {
            Map<String, Object> named = new LinkedHashMap<>(arguments.named());
            Object attribute = named.remove("attribute");
            Object otherwise = named.remove("default");
            if (!named.isEmpty()) {
                throw new PythonException("Unexpected keyword argument '"
                        + named.keySet().iterator().next() + "'");
            }
            return Attributes.getter(attribute, otherwise, rendering);
        }
        if (arguments.positional().isEmpty()) {
            throw new PythonException("map requires a filter argument");
        }
        String filter = Types.requireText(arguments.positional().get(0));
        Arguments rest = without(1, arguments);
        return item -> Filters.apply(filter, item, rest, rendering);
    }

    private static Arguments without(int first, Arguments arguments) {
        List<Object> positional = arguments.positional();
        return new Arguments(positional.subList(first, positional.size()), arguments.named());
    }

    private static Object select(
            Object value, Arguments arguments, Rendering rendering, boolean byAttribute, boolean wanted) {
        return lazy(() -> Types.truth(value)
                ? chosen(value, arguments, rendering, byAttribute, wanted)
                : Collections.emptyIterator());
    }

    private static Iterator<Object> chosen(
            Object value, Arguments arguments, Rendering rendering, boolean byAttribute, boolean wanted) {
        if (byAttribute && arguments.positional().isEmpty()) {
            throw new PythonException("Missing parameter for attribute name");
        }
        UnaryOperator<Object> getter = byAttribute
                ? Attributes.getter(arguments.positional().get(0), null, rendering)
                : UnaryOperator.identity();
        Predicate<Object> test = test(without(byAttribute ? 1 : 0, arguments), rendering);
        return new Chosen(Types.items(value), item -> test.test(getter.apply(item)) == wanted, rendering);
    }

    private static Predicate<Object> test(Arguments arguments, Rendering rendering) {
        if (arguments.positional().isEmpty()) {
            return Types::truth;
        }
        String name = Types.requireText(arguments.positional().get(0));
        Arguments rest = without(1, arguments);
        return item -> Types.truth(Tests.apply(name, item, rest, rendering));
    }

    private static Object unique(Object value, Arguments arguments, Rendering rendering) {
        Arguments.Bound bound = arguments.bind("unique", 0, "case_sensitive", "attribute");
        UnaryOperator<Object> key = Attributes.sortKey(bound.find(1), bound.truth(0, false), rendering);
        Dict seen = new Dict();
        Predicate<Object> isNew = item -> {
            Object itemKey = key.apply(item);
            boolean first = !seen.has(itemKey);
            seen.put(itemKey, true);
            return first;
        };
        return lazy(() -> new Chosen(Types.items(value), isNew, rendering));
    }

    private static Lazy lazy(Supplier<Iterator<Object>> items) {
        return new Lazy("generator", items);
    }

    /** Those items of another iterator that pass a test. */
    private static final class Chosen implements Iterator<Object> {

        private final Iterator<Object> items;
        private final Predicate<Object> test;
        private final Rendering rendering;
        private final List<Object> next = new ArrayList<>(1);

        Chosen(Iterator<Object> items, Predicate<Object> test, Rendering rendering) {
            this.items = items;
            this.test = test;
            this.rendering = rendering;
        }

        @Override
        public boolean hasNext() {
            while (next.isEmpty() && items.hasNext()) {
                rendering.budget().step();
                Object item = items.next();
                if (test.test(item)) {
                    next.add(item);
                }
            }
            return !next.isEmpty();
        }

        @Override
        public Object next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            return next.remove(0);
        }
    }
}
