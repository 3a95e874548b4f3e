package io.mlxmanager.chat.template;

import io.mlxmanager.chat.template.python.Arguments;
import io.mlxmanager.chat.template.python.Callable;
import io.mlxmanager.chat.template.python.Dict;
import io.mlxmanager.chat.template.python.Members;
import io.mlxmanager.chat.template.python.PythonException;
import io.mlxmanager.chat.template.python.Tuple;
import io.mlxmanager.chat.template.python.Undefined;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A macro, bound to the scope in which it was defined. */
final class Macro implements Callable, Members {

    /**
     * A macro as written.
     *
     * @param parameters names in order
     * @param defaults for the last of the parameters
     * @param takesCaller whether the body uses {@code caller}; likewise for {@code kwargs} and {@code varargs}
     */
    record Definition(
            String name,
            List<String> parameters,
            List<Expression> defaults,
            List<Statement> body,
            boolean takesCaller,
            boolean takesNamed,
            boolean takesMore) {

        /** The default of a parameter, or null. */
        Expression defaultOf(int parameter) {
            int index = parameter - (parameters.size() - defaults.size());
            return index < 0 ? null : defaults.get(index);
        }
    }

    private final Definition definition;
    private final Scope scope;

    Macro(Definition definition, Scope scope) {
        this.definition = definition;
        this.scope = scope;
    }

    @Override
    public Object call(Arguments arguments) {
        scope.rendering().budget().enter();
        Scope inner = scope.inner();
        Map<String, Object> named = new LinkedHashMap<>(arguments.named());
        bindParameters(arguments.positional(), named, inner);
        boolean declared = definition.parameters().contains("caller");
        if (definition.takesCaller() && !declared) {
            Object caller = named.remove("caller");
            inner.set("caller", caller == null ? new Undefined("No caller defined") : caller);
        }
        bindRest(arguments.positional(), named, inner);
        String text = Statement.render(definition.body(), inner);
        scope.rendering().budget().leave();
        return text;
    }

    private void bindParameters(List<Object> positional, Map<String, Object> named, Scope inner) {
        List<String> parameters = definition.parameters();
        List<Integer> missing = new ArrayList<>();
        for (int i = 0; i < parameters.size(); i++) {
            String name = parameters.get(i);
            Object value = i < positional.size() ? positional.get(i) : named.remove(name);
            if (value == null) {
                missing.add(i);
                inner.set(name, new Undefined("parameter '" + name + "' was not provided"));
            } else {
                inner.set(name, value);
            }
        }
        for (int i : missing) {
            Expression otherwise = definition.defaultOf(i);
            if (otherwise != null) {
                inner.set(parameters.get(i), otherwise.evaluate(inner));
            }
        }
    }

    private void bindRest(List<Object> positional, Map<String, Object> named, Scope inner) {
        if (definition.takesNamed()) {
            Dict rest = new Dict();
            named.forEach(rest::put);
            inner.set("kwargs", rest);
        } else if (!named.isEmpty()) {
            throw new PythonException("macro '" + definition.name() + "' takes no keyword argument '"
                    + named.keySet().iterator().next() + "'");
        }
        int taken = Math.min(positional.size(), definition.parameters().size());
        if (definition.takesMore()) {
            inner.set("varargs", new Tuple(positional.subList(taken, positional.size())));
        } else if (positional.size() > taken) {
            throw new PythonException(
                    "macro '" + definition.name() + "' takes not more than " + taken + " argument(s)");
        }
    }

    @Override
    public Object member(String name) {
        return switch (name) {
            case "name" -> definition.name();
            case "arguments" -> new Tuple(List.copyOf(definition.parameters()));
            case "catch_kwargs" -> definition.takesNamed();
            case "catch_varargs" -> definition.takesMore();
            case "caller" -> definition.takesCaller();
            default -> null;
        };
    }

    @Override
    public String typeName() {
        return "Macro";
    }
}
