package io.mlxmanager.chat.template;

import io.mlxmanager.chat.template.python.Arguments;
import io.mlxmanager.chat.template.python.Callable;
import io.mlxmanager.chat.template.python.Dict;
import io.mlxmanager.chat.template.python.Group;
import io.mlxmanager.chat.template.python.Lazy;
import io.mlxmanager.chat.template.python.Markup;
import io.mlxmanager.chat.template.python.None;
import io.mlxmanager.chat.template.python.Operators;
import io.mlxmanager.chat.template.python.PythonException;
import io.mlxmanager.chat.template.python.TextCase;
import io.mlxmanager.chat.template.python.Types;
import io.mlxmanager.chat.template.python.Undefined;
import io.mlxmanager.chat.template.python.View;
import java.math.BigInteger;
import java.util.Map;
import java.util.Set;

/** What stands behind {@code is}. */
final class Tests {

    private static final Map<String, String> COMPARISONS = Map.ofEntries(
            Map.entry("eq", "=="),
            Map.entry("equalto", "=="),
            Map.entry("==", "=="),
            Map.entry("ne", "!="),
            Map.entry("!=", "!="),
            Map.entry("lt", "<"),
            Map.entry("lessthan", "<"),
            Map.entry("<", "<"),
            Map.entry("le", "<="),
            Map.entry("<=", "<="),
            Map.entry("gt", ">"),
            Map.entry("greaterthan", ">"),
            Map.entry(">", ">"),
            Map.entry("ge", ">="),
            Map.entry(">=", ">="),
            Map.entry("in", "in"));

    private static final Set<String> WITHOUT_ARGUMENT = Set.of(
            "defined",
            "undefined",
            "none",
            "boolean",
            "true",
            "false",
            "integer",
            "float",
            "number",
            "string",
            "mapping",
            "sequence",
            "iterable",
            "callable",
            "escaped",
            "lower",
            "upper",
            "odd",
            "even",
            "filter",
            "test");

    private static final Set<String> WITH_ARGUMENT = Set.of("divisibleby", "sameas");

    private Tests() {}

    static boolean exists(String name) {
        return COMPARISONS.containsKey(name) || WITHOUT_ARGUMENT.contains(name) || WITH_ARGUMENT.contains(name);
    }

    static boolean apply(String name, Object value, Arguments arguments, Rendering rendering) {
        if (WITHOUT_ARGUMENT.contains(name)) {
            arguments.bind(name, 0);
            return simple(name, value, rendering);
        }
        if (!exists(name)) {
            throw new PythonException("No test named '" + name + "'.");
        }
        Object other = arguments.bind(name, 1, "other").find(0);
        Operators operators = rendering.operators();
        return switch (name) {
            case "divisibleby" -> operators.isEqual(operators.modulo(value, other), 0L);
            case "sameas" -> isSame(value, other);
            default -> Conditions.holds(COMPARISONS.get(name), value, other, operators);
        };
    }

    private static boolean simple(String name, Object value, Rendering rendering) {
        return switch (name) {
            case "defined" -> !(value instanceof Undefined);
            case "undefined" -> value instanceof Undefined;
            case "none" -> value == None.NONE;
            case "boolean" -> value instanceof Boolean;
            case "true" -> Boolean.TRUE.equals(value);
            case "false" -> Boolean.FALSE.equals(value);
            case "integer" -> isInteger(value);
            case "float" -> value instanceof Double;
            case "number" -> isInteger(value) || value instanceof Double || value instanceof Boolean;
            case "string" -> Types.isText(value);
            case "mapping" -> value instanceof Dict;
            case "sequence" -> Types.findLength(value) >= 0 && !(value instanceof View || value instanceof Loop);
            case "iterable" -> isIterable(value);
            case "callable" -> value instanceof Callable || value instanceof Undefined;
            case "escaped" -> value instanceof Markup;
            case "lower" -> TextCase.isLower(rendering.str(value));
            case "upper" -> TextCase.isUpper(rendering.str(value));
            case "odd" -> rendering.operators().isEqual(rendering.operators().modulo(value, 2L), 1L);
            case "even" -> rendering.operators().isEqual(rendering.operators().modulo(value, 2L), 0L);
            case "filter" -> Types.isText(value) && Filters.exists(Types.requireText(value));
            default -> Types.isText(value) && exists(Types.requireText(value));
        };
    }

    private static boolean isInteger(Object value) {
        return value instanceof Long || value instanceof BigInteger;
    }

    private static boolean isIterable(Object value) {
        boolean iterable = Types.findLength(value) >= 0 || value instanceof Lazy;
        return iterable || value instanceof Group;
    }

    /** Small values are one object in Python too; larger ones are the same only when they are one object here. */
    private static boolean isSame(Object value, Object other) {
        boolean small =
                value instanceof Boolean || value instanceof None || value instanceof Long || value instanceof String;
        return value == other || (small && value.equals(other));
    }
}
