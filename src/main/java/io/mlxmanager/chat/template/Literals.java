package io.mlxmanager.chat.template;

import io.mlxmanager.chat.template.python.Dict;
import io.mlxmanager.chat.template.python.Tuple;
import java.util.ArrayList;
import java.util.List;

/** Expressions that stand for a value or build one. */
final class Literals {

    private Literals() {}

    record Constant(Object value) implements Expression {
        @Override
        public Object evaluate(Scope scope) {
            return value;
        }

        @Override
        public List<Expression> parts() {
            return List.of();
        }
    }

    record Name(String name) implements Expression {
        @Override
        public Object evaluate(Scope scope) {
            scope.rendering().budget().step();
            return scope.find(name);
        }

        @Override
        public List<Expression> parts() {
            return List.of();
        }
    }

    record ListOf(List<Expression> items) implements Expression {
        @Override
        public Object evaluate(Scope scope) {
            return values(items, scope);
        }

        @Override
        public List<Expression> parts() {
            return items;
        }
    }

    record TupleOf(List<Expression> items) implements Expression {
        @Override
        public Object evaluate(Scope scope) {
            return new Tuple(values(items, scope));
        }

        @Override
        public List<Expression> parts() {
            return items;
        }
    }

    /** @param keysAndValues alternating */
    record DictOf(List<Expression> keysAndValues) implements Expression {
        @Override
        public Object evaluate(Scope scope) {
            scope.rendering().budget().items(keysAndValues.size());
            Dict dict = new Dict();
            for (int i = 0; i < keysAndValues.size(); i += 2) {
                Object key = keysAndValues.get(i).evaluate(scope);
                dict.put(key, keysAndValues.get(i + 1).evaluate(scope));
            }
            return dict;
        }

        @Override
        public List<Expression> parts() {
            return keysAndValues;
        }
    }

    private static List<Object> values(List<Expression> items, Scope scope) {
        scope.rendering().budget().items(items.size());
        List<Object> values = new ArrayList<>(items.size());
        for (Expression item : items) {
            values.add(item.evaluate(scope));
        }
        return values;
    }
}
