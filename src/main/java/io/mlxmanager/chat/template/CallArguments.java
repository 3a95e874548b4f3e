package io.mlxmanager.chat.template;

import io.mlxmanager.chat.template.python.Arguments;
import io.mlxmanager.chat.template.python.Dict;
import io.mlxmanager.chat.template.python.PythonException;
import io.mlxmanager.chat.template.python.Types;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The arguments as written.
 *
 * @param spread what stands after {@code *}, or null
 * @param spreadNamed what stands after {@code **}, or null
 */
record CallArguments(
        List<Expression> positional, Map<String, Expression> named, Expression spread, Expression spreadNamed) {

    static final CallArguments NONE = new CallArguments(List.of(), Map.of(), null, null);

    /** One positional argument. */
    static CallArguments of(Expression argument) {
        return new CallArguments(List.of(argument), Map.of(), null, null);
    }

    Arguments evaluate(Scope scope) {
        if (parts().isEmpty()) {
            return Arguments.NONE;
        }
        List<Object> values = new ArrayList<>();
        for (Expression argument : positional) {
            values.add(argument.evaluate(scope));
        }
        if (spread != null) {
            values.addAll(Types.toList(spread.evaluate(scope), scope.rendering().budget()));
        }
        Map<String, Object> namedValues = new LinkedHashMap<>();
        named.forEach((name, argument) -> namedValues.put(name, argument.evaluate(scope)));
        if (spreadNamed != null) {
            addAll(spreadNamed.evaluate(scope), namedValues);
        }
        return new Arguments(values, namedValues);
    }

    private static void addAll(Object mapping, Map<String, Object> namedValues) {
        if (!(mapping instanceof Dict dict)) {
            throw new PythonException("argument after ** must be a mapping, not " + Types.name(mapping));
        }
        for (Object key : dict.keys()) {
            String name = Types.requireText(key);
            if (namedValues.put(name, dict.find(key)) != null) {
                throw new PythonException("got multiple values for keyword argument '" + name + "'");
            }
        }
    }

    List<Expression> parts() {
        List<Expression> parts = new ArrayList<>(positional);
        parts.addAll(named.values());
        if (spread != null) {
            parts.add(spread);
        }
        if (spreadNamed != null) {
            parts.add(spreadNamed);
        }
        return parts;
    }
}
