package io.mlxmanager.chat.template;

import io.mlxmanager.chat.template.python.Arguments;
import io.mlxmanager.chat.template.python.Budget;
import io.mlxmanager.chat.template.python.Callable;
import io.mlxmanager.chat.template.python.Dict;
import io.mlxmanager.chat.template.python.Members;
import io.mlxmanager.chat.template.python.None;
import io.mlxmanager.chat.template.python.PythonException;
import io.mlxmanager.chat.template.python.Range;
import io.mlxmanager.chat.template.python.Representation;
import io.mlxmanager.chat.template.python.Strftime;
import io.mlxmanager.chat.template.python.Types;
import java.time.Clock;
import java.time.LocalDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The functions every template has. */
final class Globals {

    /** Their names. */
    static final Set<String> NAMES =
            Set.of("range", "dict", "namespace", "cycler", "joiner", "raise_exception", "strftime_now");

    private Globals() {}

    static Map<String, Object> create(Budget budget, Clock clock) {
        Map<String, Object> globals = new HashMap<>();
        globals.put("range", (Callable) Globals::range);
        globals.put("dict", (Callable) arguments -> dict(arguments, budget));
        globals.put("namespace", (Callable) Namespace::create);
        globals.put("cycler", (Callable) arguments -> new Cycler(arguments.positional()));
        globals.put("joiner", (Callable) arguments -> joiner(arguments, budget));
        globals.put("raise_exception", (Callable) arguments -> {
            Object message = arguments.bind("raise_exception", 1, "message").find(0);
            throw PythonException.refusal(Representation.str(message, budget));
        });
        globals.put("strftime_now", (Callable) arguments ->
                Strftime.format(arguments.bind("strftime_now", 1, "format").text(0, ""), LocalDateTime.now(clock)));
        return globals;
    }

    private static Object range(Arguments arguments) {
        Arguments.Bound bound = arguments.bind("range", 1, "start", "stop", "step");
        return bound.has(1)
                ? new Range(bound.integer(0, 0), bound.integer(1, 0), bound.integer(2, 1))
                : new Range(0, bound.integer(0, 0), 1);
    }

    private static Object dict(Arguments arguments, Budget budget) {
        if (arguments.positional().size() > 1) {
            throw new PythonException("dict expected at most 1 argument, got "
                    + arguments.positional().size());
        }
        Dict result = new Dict();
        for (Object source : arguments.positional()) {
            List<Object> pairs = source instanceof Dict dict ? dict.items() : Types.toList(source, budget);
            for (Object pair : pairs) {
                List<Object> both = Types.toList(pair, budget);
                if (both.size() != 2) {
                    throw new PythonException(
                            "dictionary update sequence element has length " + both.size() + "; 2 is required");
                }
                result.put(both.get(0), both.get(1));
            }
        }
        arguments.named().forEach(result::put);
        return result;
    }

    private static Object joiner(Arguments arguments, Budget budget) {
        String separator = Representation.str(arguments.bind("joiner", 0, "sep").orElse(0, ", "), budget);
        boolean[] used = new boolean[1];
        return (Callable) call -> {
            boolean first = !used[0];
            used[0] = true;
            return first ? "" : separator;
        };
    }

    /** {@code cycler(a, b, …)}: each {@code next()} gives the next of the values. */
    private static final class Cycler implements Members {

        private final List<Object> values;
        private int position;

        Cycler(List<Object> values) {
            if (values.isEmpty()) {
                throw new PythonException("at least one item has to be provided");
            }
            this.values = values;
        }

        @Override
        public Object member(String name) {
            return switch (name) {
                case "current" -> values.get(position);
                case "next" ->
                    (Callable) arguments -> {
                        Object value = values.get(position);
                        position = (position + 1) % values.size();
                        return value;
                    };
                case "reset" ->
                    (Callable) arguments -> {
                        position = 0;
                        return None.NONE;
                    };
                default -> null;
            };
        }

        @Override
        public String typeName() {
            return "Cycler";
        }
    }
}
