package io.mlxmanager.chat.template;

import io.mlxmanager.chat.template.python.Undefined;
import java.util.HashMap;
import java.util.Map;

/** The variables of a block, on top of those of the blocks around it. Confined to one rendering. */
final class Scope {

    private final Rendering rendering;
    private final Scope outer;
    private final Map<String, Object> variables = new HashMap<>();

    /** The outermost scope, on top of the variables given and the globals. */
    Scope(Rendering rendering) {
        this(rendering, null);
    }

    private Scope(Rendering rendering, Scope outer) {
        this.rendering = rendering;
        this.outer = outer;
    }

    Scope inner() {
        return new Scope(rendering, this);
    }

    /** The outermost scope. */
    Scope root() {
        Scope scope = this;
        while (scope.outer != null) {
            scope = scope.outer;
        }
        return scope;
    }

    Rendering rendering() {
        return rendering;
    }

    void set(String name, Object value) {
        variables.put(name, value);
    }

    Object find(String name) {
        for (Scope scope = this; scope != null; scope = scope.outer) {
            Object value = scope.variables.get(name);
            if (value != null) {
                return value;
            }
        }
        Object value = rendering.variable(name);
        return value != null ? value : Undefined.variable(name);
    }
}
