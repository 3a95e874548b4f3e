package io.mlxmanager.chat.template;

import java.util.List;
import java.util.function.Consumer;

/** A part of a template that has a value. Immutable. */
interface Expression {

    /** The value in this scope; failures are {@link io.mlxmanager.chat.template.python.PythonException}s. */
    Object evaluate(Scope scope);

    /** The expressions directly inside this one, in the order of evaluation. */
    List<Expression> parts();

    /** Visits this and everything inside it, from the outside in. */
    default void walk(Consumer<Expression> visitor) {
        visitor.accept(this);
        parts().forEach(part -> part.walk(visitor));
    }
}
