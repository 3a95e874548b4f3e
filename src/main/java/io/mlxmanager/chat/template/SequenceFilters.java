package io.mlxmanager.chat.template;

import io.mlxmanager.chat.template.python.Arguments;
import io.mlxmanager.chat.template.python.Dict;
import io.mlxmanager.chat.template.python.Group;
import io.mlxmanager.chat.template.python.Lazy;
import io.mlxmanager.chat.template.python.None;
import io.mlxmanager.chat.template.python.PythonException;
import io.mlxmanager.chat.template.python.Types;
import io.mlxmanager.chat.template.python.Undefined;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.UnaryOperator;

/** Filters that take a sequence as a whole. */
final class SequenceFilters {

    private SequenceFilters() {}

    static void addTo(Map<String, Filter> filters) {
        filters.put("list", (value, arguments, rendering) -> Types.toList(value, rendering.budget()));
        filters.put("first", (value, arguments, rendering) -> {
            Iterator<Object> items = Types.items(value);
            return items.hasNext() ? items.next() : new Undefined("No first item, sequence was empty.");
        });
        filters.put("last", SequenceFilters::last);
        filters.put("random", SequenceFilters::random);
        filters.put("reverse", SequenceFilters::reverse);
        filters.put("join", SequenceFilters::join);
        filters.put("sort", SequenceFilters::sort);
        filters.put("dictsort", SequenceFilters::dictSort);
        filters.put("items", SequenceFilters::items);
        filters.put("sum", SequenceFilters::sum);
        filters.put("min", (value, arguments, rendering) -> extreme(value, arguments, rendering, "min", -1));
        filters.put("max", (value, arguments, rendering) -> extreme(value, arguments, rendering, "max", 1));
        filters.put("batch", SequenceFilters::batch);
        filters.put("slice", SequenceFilters::slice);
        filters.put("groupby", SequenceFilters::groupBy);
    }

    private static Object last(Object value, Arguments arguments, Rendering rendering) {
        if (value instanceof Lazy) {
            throw new PythonException("'" + Types.name(value) + "' object is not reversible");
        }
        List<Object> items = Types.toList(value, rendering.budget());
        return items.isEmpty() ? new Undefined("No last item, sequence was empty.") : items.get(items.size() - 1);
    }

    private static Object random(Object value, Arguments arguments, Rendering rendering) {
        int length = (int) Types.length(value);
        return length == 0
                ? new Undefined("No random item, sequence was empty.")
                : rendering.subscripts().item(value, (long)
                        ThreadLocalRandom.current().nextInt(length));
    }

    private static Object reverse(Object value, Arguments arguments, Rendering rendering) {
        if (Types.isText(value)) {
            return rendering.subscripts().slice(value, null, null, -1L);
        }
        List<Object> items = Types.toList(value, rendering.budget());
        Collections.reverse(items);
        return value instanceof Lazy ? items : new Lazy(Types.name(value) + "_reverseiterator", items::iterator);
    }

    private static Object join(Object value, Arguments arguments, Rendering rendering) {
        Arguments.Bound bound = arguments.bind("join", 0, "d", "attribute");
        String separator = rendering.str(bound.orElse(0, ""));
        UnaryOperator<Object> getter = Attributes.getter(bound.find(1), null, rendering);
        StringBuilder out = new StringBuilder();
        Iterator<Object> items = Types.items(value);
        boolean first = true;
        while (items.hasNext()) {
            rendering.write((first ? "" : separator) + rendering.str(getter.apply(items.next())), out);
            first = false;
        }
        return out.toString();
    }

    private static Object sort(Object value, Arguments arguments, Rendering rendering) {
        Arguments.Bound bound = arguments.bind("sort", 0, "reverse", "case_sensitive", "attribute");
        List<UnaryOperator<Object>> keys = new ArrayList<>();
        boolean caseSensitive = bound.truth(1, false);
        if (bound.isSaid(2) && Types.isText(bound.find(2))) {
            for (String attribute : bound.text(2, "").split(",", -1)) {
                keys.add(Attributes.sortKey(attribute, caseSensitive, rendering));
            }
        } else {
            keys.add(Attributes.sortKey(bound.find(2), caseSensitive, rendering));
        }
        UnaryOperator<Object> key = item -> {
            List<Object> values = new ArrayList<>();
            keys.forEach(each -> values.add(each.apply(item)));
            return values;
        };
        return sorted(Types.toList(value, rendering.budget()), key, bound.truth(0, false), rendering);
    }

    private static Object dictSort(Object value, Arguments arguments, Rendering rendering) {
        Arguments.Bound bound = arguments.bind("dictsort", 0, "case_sensitive", "by", "reverse");
        String by = bound.text(1, "key");
        if (!by.equals("key") && !by.equals("value")) {
            throw new PythonException("You can only sort by either \"key\" or \"value\"");
        }
        if (!(value instanceof Dict dict)) {
            throw new PythonException("'" + Types.name(value) + " object' has no attribute 'items'");
        }
        UnaryOperator<Object> key = Attributes.sortKey(by.equals("key") ? 0L : 1L, bound.truth(0, false), rendering);
        return sorted(dict.items(), key, bound.truth(2, false), rendering);
    }

    private static List<Object> sorted(
            List<Object> items, UnaryOperator<Object> key, boolean reverse, Rendering rendering) {
        record Keyed(Object key, Object item) {}
        List<Keyed> keyed = new ArrayList<>();
        items.forEach(item -> keyed.add(new Keyed(key.apply(item), item)));
        Comparator<Keyed> order = (a, b) -> {
            rendering.budget().step();
            return rendering.operators().order("<", a.key(), b.key());
        };
        try {
            keyed.sort(reverse ? order.reversed() : order);
        } catch (IllegalArgumentException contradiction) {
            throw new PythonException("the items have no order");
        }
        List<Object> result = new ArrayList<>();
        keyed.forEach(each -> result.add(each.item()));
        return result;
    }

    private static Object items(Object value, Arguments arguments, Rendering rendering) {
        return new Lazy("generator", () -> {
            if (value instanceof Undefined) {
                return Collections.emptyIterator();
            }
            if (value instanceof Dict dict) {
                return dict.items().iterator();
            }
            throw new PythonException("Can only get item pairs from a mapping.");
        });
    }

    private static Object sum(Object value, Arguments arguments, Rendering rendering) {
        Arguments.Bound bound = arguments.bind("sum", 0, "attribute", "start");
        UnaryOperator<Object> getter = Attributes.getter(bound.find(0), null, rendering);
        Object sum = bound.orElse(1, 0L);
        if (Types.isText(sum)) {
            throw new PythonException("sum() can't sum strings [use ''.join(seq) instead]");
        }
        Iterator<Object> items = Types.items(value);
        while (items.hasNext()) {
            rendering.budget().step();
            sum = rendering.operators().add(sum, getter.apply(items.next()));
        }
        return sum;
    }

    private static Object extreme(Object value, Arguments arguments, Rendering rendering, String name, int sign) {
        Arguments.Bound bound = arguments.bind(name, 0, "case_sensitive", "attribute");
        UnaryOperator<Object> key = Attributes.sortKey(bound.find(1), bound.truth(0, false), rendering);
        Iterator<Object> items = Types.items(value);
        if (!items.hasNext()) {
            return new Undefined("No aggregated item, sequence was empty.");
        }
        Object best = items.next();
        Object bestKey = key.apply(best);
        while (items.hasNext()) {
            rendering.budget().step();
            Object item = items.next();
            Object itemKey = key.apply(item);
            if (sign * rendering.operators().order(sign < 0 ? "<" : ">", itemKey, bestKey) > 0) {
                best = item;
                bestKey = itemKey;
            }
        }
        return best;
    }

    private static Object batch(Object value, Arguments arguments, Rendering rendering) {
        Arguments.Bound bound = arguments.bind("batch", 1, "linecount", "fill_with");
        return new Lazy("generator", () -> batches(value, bound, rendering).iterator());
    }

    private static List<Object> batches(Object value, Arguments.Bound bound, Rendering rendering) {
        long size = bound.integer(0, 1);
        List<Object> batches = new ArrayList<>();
        List<Object> batch = new ArrayList<>();
        for (Object item : Types.toList(value, rendering.budget())) {
            if (batch.size() == size) {
                batches.add(batch);
                batch = new ArrayList<>();
            }
            batch.add(item);
        }
        if (!batch.isEmpty()) {
            rendering.budget().items(bound.isSaid(1) ? size : 0);
            while (bound.isSaid(1) && batch.size() < size) {
                batch.add(bound.find(1));
            }
            batches.add(batch);
        }
        return batches;
    }

    private static Object slice(Object value, Arguments arguments, Rendering rendering) {
        Arguments.Bound bound = arguments.bind("slice", 1, "slices", "fill_with");
        return new Lazy("generator", () -> slices(value, bound, rendering).iterator());
    }

    private static List<Object> slices(Object value, Arguments.Bound bound, Rendering rendering) {
        List<Object> items = Types.toList(value, rendering.budget());
        long slices = bound.integer(0, 1);
        if (slices == 0) {
            throw new PythonException("integer division or modulo by zero");
        }
        rendering.budget().items(Math.max(0, slices));
        List<Object> result = new ArrayList<>();
        long size = Math.floorDiv(items.size(), slices);
        long larger = Math.floorMod(items.size(), slices);
        int from = 0;
        for (long i = 0; i < slices; i++) {
            int to = (int) (from + size + (i < larger ? 1 : 0));
            List<Object> part = new ArrayList<>(items.subList(from, to));
            if (bound.isSaid(1) && i >= larger) {
                part.add(bound.find(1));
            }
            result.add(part);
            from = to;
        }
        return result;
    }

    private static Object groupBy(Object value, Arguments arguments, Rendering rendering) {
        Arguments.Bound bound = arguments.bind("groupby", 1, "attribute", "default", "case_sensitive");
        boolean caseSensitive = bound.truth(2, false);
        UnaryOperator<Object> getter = Attributes.getter(bound.find(0), bound.orElse(1, None.NONE), rendering);
        UnaryOperator<Object> key = item -> Attributes.ignoreCase(getter.apply(item), caseSensitive);
        List<Object> groups = new ArrayList<>();
        List<Object> group = new ArrayList<>();
        Object groupKey = null;
        for (Object item : sorted(Types.toList(value, rendering.budget()), key, false, rendering)) {
            Object itemKey = key.apply(item);
            if (groupKey == null || !rendering.operators().isEqual(groupKey, itemKey)) {
                group = new ArrayList<>();
                groups.add(new Group(getter.apply(item), group));
                groupKey = itemKey;
            }
            group.add(item);
        }
        return groups;
    }
}
