package io.mlxmanager.chat.template;

import io.mlxmanager.chat.template.python.Arguments;
import io.mlxmanager.chat.template.python.Callable;
import io.mlxmanager.chat.template.python.PythonException;
import io.mlxmanager.chat.template.python.Types;
import io.mlxmanager.chat.template.python.Undefined;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** Expressions that reach into a value or apply something to it. */
final class Access {

    private Access() {}

    /** {@code target.name}. */
    record Attribute(Expression target, String name) implements Expression {
        @Override
        public Object evaluate(Scope scope) {
            scope.rendering().budget().step();
            return scope.rendering().subscripts().attribute(target.evaluate(scope), name);
        }

        @Override
        public List<Expression> parts() {
            return List.of(target);
        }
    }

    /** {@code target[key]}. */
    record Item(Expression target, Expression key) implements Expression {
        @Override
        public Object evaluate(Scope scope) {
            scope.rendering().budget().step();
            Object value = target.evaluate(scope);
            return scope.rendering().subscripts().item(value, key.evaluate(scope));
        }

        @Override
        public List<Expression> parts() {
            return List.of(target, key);
        }
    }

    /** {@code target[from:to:step]}; bounds that are not written are null. */
    record Slice(Expression target, Expression from, Expression to, Expression step) implements Expression {
        @Override
        public Object evaluate(Scope scope) {
            Object value = target.evaluate(scope);
            return scope.rendering()
                    .subscripts()
                    .slice(value, optional(from, scope), optional(to, scope), optional(step, scope));
        }

        private static Object optional(Expression bound, Scope scope) {
            return bound == null ? null : bound.evaluate(scope);
        }

        @Override
        public List<Expression> parts() {
            return Stream.of(target, from, to, step).filter(Objects::nonNull).toList();
        }
    }

    /** {@code target(arguments)}. */
    record Call(Expression target, CallArguments arguments, int line) implements Expression {
        @Override
        public Object evaluate(Scope scope) {
            Object function = target.evaluate(scope);
            return call(function, arguments.evaluate(scope), line, scope);
        }

        static Object call(Object function, Arguments arguments, int line, Scope scope) {
            scope.rendering().at(line);
            if (function instanceof Undefined undefined) {
                throw undefined.failure();
            }
            if (!(function instanceof Callable callable)) {
                throw new PythonException("'" + Types.name(function) + "' object is not callable");
            }
            return callable.call(arguments);
        }

        @Override
        public List<Expression> parts() {
            return join(target, arguments);
        }
    }

    /** {@code target | name(arguments)}. */
    record Filtered(Expression target, String name, CallArguments arguments, int line) implements Expression {
        @Override
        public Object evaluate(Scope scope) {
            Object value = target.evaluate(scope);
            Arguments given = arguments.evaluate(scope);
            scope.rendering().at(line);
            return Filters.apply(name, value, given, scope.rendering());
        }

        @Override
        public List<Expression> parts() {
            return join(target, arguments);
        }
    }

    /** {@code target is name(arguments)}. */
    record Tested(Expression target, String name, CallArguments arguments, int line) implements Expression {
        @Override
        public Object evaluate(Scope scope) {
            Object value = target.evaluate(scope);
            Arguments given = arguments.evaluate(scope);
            scope.rendering().budget().step();
            return Tests.apply(name, value, given, scope.rendering());
        }

        @Override
        public List<Expression> parts() {
            return join(target, arguments);
        }
    }

    private static List<Expression> join(Expression target, CallArguments arguments) {
        List<Expression> parts = new ArrayList<>();
        parts.add(target);
        parts.addAll(arguments.parts());
        return parts;
    }
}
