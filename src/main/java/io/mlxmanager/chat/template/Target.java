package io.mlxmanager.chat.template;

import io.mlxmanager.chat.template.python.PythonException;
import io.mlxmanager.chat.template.python.Types;
import java.util.List;
import java.util.stream.Stream;

/** What can stand to the left of an assignment. */
sealed interface Target {

    void assign(Object value, Scope scope);

    /** The variables that are set. */
    Stream<String> names();

    record Variable(String name) implements Target {
        @Override
        public void assign(Object value, Scope scope) {
            scope.set(name, value);
        }

        @Override
        public Stream<String> names() {
            return Stream.of(name);
        }
    }

    /** {@code namespace.attribute}. */
    record Member(String namespace, String attribute) implements Target {
        @Override
        public void assign(Object value, Scope scope) {
            if (!(scope.find(namespace) instanceof Namespace owner)) {
                throw new PythonException("cannot assign attribute on non-namespace object");
            }
            owner.set(attribute, value);
        }

        @Override
        public Stream<String> names() {
            return Stream.of();
        }
    }

    record Several(List<Target> targets) implements Target {
        @Override
        public void assign(Object value, Scope scope) {
            List<Object> values = Types.toList(value, scope.rendering().budget());
            if (values.size() != targets.size()) {
                String problem = values.size() > targets.size() ? "too many" : "not enough";
                throw new PythonException(
                        problem + " values to unpack (expected " + targets.size() + ", got " + values.size() + ")");
            }
            for (int i = 0; i < values.size(); i++) {
                targets.get(i).assign(values.get(i), scope);
            }
        }

        @Override
        public Stream<String> names() {
            return targets.stream().flatMap(Target::names);
        }
    }
}
