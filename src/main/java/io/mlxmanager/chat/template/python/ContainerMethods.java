package io.mlxmanager.chat.template.python;

import java.util.Iterator;
import java.util.List;
import java.util.Set;

/** Methods and attributes of lists, tuples, dictionaries, ranges and numbers. What would change a value is out of bounds. */
final class ContainerMethods {

    private static final Set<String> CHANGES_LIST =
            Set.of("append", "clear", "pop", "reverse", "insert", "sort", "extend", "remove");
    private static final Set<String> CHANGES_DICT = Set.of("clear", "pop", "popitem", "setdefault", "update");

    private ContainerMethods() {}

    /** The member, an unsafe {@link Undefined}, or null when there is none. */
    static Object find(Object value, String name, Budget budget) {
        if (value instanceof Dict dict) {
            return CHANGES_DICT.contains(name) ? Undefined.unsafe(value, name) : ofDict(dict, name, budget);
        }
        if (value instanceof List<?> list) {
            boolean copy = name.equals("copy");
            return CHANGES_LIST.contains(name)
                    ? Undefined.unsafe(value, name)
                    : copy ? method(name, arguments -> list) : ofSequence(value, name, budget);
        }
        if (value instanceof Tuple) {
            return ofSequence(value, name, budget);
        }
        if (value instanceof Range range) {
            return ofRange(range, name, budget);
        }
        return Numbers.isNumber(value) ? ofNumber(value, name) : null;
    }

    private static Callable ofDict(Dict dict, String name, Budget budget) {
        return switch (name) {
            case "keys" -> method(name, arguments -> new View(View.Kind.KEYS, dict));
            case "values" -> method(name, arguments -> new View(View.Kind.VALUES, dict));
            case "items" -> method(name, arguments -> new View(View.Kind.ITEMS, dict));
            case "copy" -> method(name, arguments -> dict);
            case "get" ->
                arguments -> {
                    Arguments.Bound bound = arguments.bind(name, 1, "key", "default");
                    Object found = dict.find(bound.find(0));
                    return found != null ? found : bound.orElse(1, None.NONE);
                };
            case "fromkeys" -> arguments -> fromKeys(arguments.bind(name, 1, "iterable", "value"), budget);
            default -> null;
        };
    }

    private static Dict fromKeys(Arguments.Bound bound, Budget budget) {
        Dict result = new Dict();
        for (Object key : Types.toList(bound.find(0), budget)) {
            result.put(key, bound.orElse(1, None.NONE));
        }
        return result;
    }

    private static Callable method(String name, Callable body) {
        return arguments -> {
            arguments.bind(name, 0);
            return body.call(arguments);
        };
    }

    private static Callable ofSequence(Object value, String name, Budget budget) {
        return switch (name) {
            case "count" ->
                arguments -> count(value, arguments.bind(name, 1, "value").find(0), budget);
            case "index" ->
                arguments -> {
                    Arguments.Bound bound = arguments.bind(name, 1, "value", "start", "stop");
                    return indexOf(value, bound, budget);
                };
            default -> null;
        };
    }

    private static Object count(Object sequence, Object wanted, Budget budget) {
        long count = 0;
        Iterator<Object> items = Types.items(sequence);
        while (items.hasNext()) {
            budget.step();
            count += Comparison.isEqual(items.next(), wanted, budget) ? 1 : 0;
        }
        return count;
    }

    private static Object indexOf(Object sequence, Arguments.Bound bound, Budget budget) {
        List<Object> items = Types.findSequence(sequence);
        long start = bound.integer(1, 0);
        long stop = bound.integer(2, items.size());
        long from = start < 0 ? Math.max(0, start + items.size()) : start;
        long to = Math.min(items.size(), stop < 0 ? stop + items.size() : stop);
        for (long i = from; i < to; i++) {
            budget.step();
            if (Comparison.isEqual(items.get((int) i), bound.find(0), budget)) {
                return i;
            }
        }
        throw new PythonException(Representation.repr(bound.find(0), budget) + " is not in " + Types.name(sequence));
    }

    private static Object ofRange(Range range, String name, Budget budget) {
        return switch (name) {
            case "start" -> range.start();
            case "stop" -> range.stop();
            case "step" -> range.step();
            default -> ofSequence(range, name, budget);
        };
    }

    private static Object ofNumber(Object number, String name) {
        boolean real = number instanceof Double;
        return switch (name) {
            case "real", "numerator" ->
                real ? (name.equals("real") ? number : null) : Numbers.integer(Numbers.big(number));
            case "imag" -> real ? (Object) 0.0 : (Object) 0L;
            case "denominator" -> real ? null : 1L;
            case "bit_length" ->
                real
                        ? null
                        : method(name, arguments ->
                                (long) Numbers.big(number).abs().bitLength());
            case "is_integer" -> real ? method(name, arguments -> isWhole((Double) number)) : null;
            case "conjugate" -> method(name, arguments -> number);
            default -> null;
        };
    }

    private static boolean isWhole(Double number) {
        return !number.isInfinite() && number == Math.rint(number);
    }
}
