package io.mlxmanager.chat.template;

import io.mlxmanager.chat.template.python.Arguments;
import io.mlxmanager.chat.template.python.PythonException;
import io.mlxmanager.chat.template.python.Types;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The statements of the language, except loops. */
final class Statements {

    private Statements() {}

    /** Text outside of tags. */
    record Data(String text) implements Statement {
        @Override
        public Flow execute(Scope scope, StringBuilder out) {
            scope.rendering().write(text, out);
            return Flow.ON;
        }

        @Override
        public List<Expression> expressions() {
            return List.of();
        }

        @Override
        public List<Statement> body() {
            return List.of();
        }
    }

    /** {@code {{ value }}}. */
    record Print(Expression value, int line) implements Statement {
        @Override
        public Flow execute(Scope scope, StringBuilder out) {
            scope.rendering().at(line);
            scope.rendering().write(scope.rendering().str(value.evaluate(scope)), out);
            return Flow.ON;
        }

        @Override
        public List<Expression> expressions() {
            return List.of(value);
        }

        @Override
        public List<Statement> body() {
            return List.of();
        }
    }

    /** One {@code if} or {@code elif}. */
    record Branch(Expression test, List<Statement> body, int line) {}

    record If(List<Branch> branches, List<Statement> otherwise) implements Statement {
        @Override
        public Flow execute(Scope scope, StringBuilder out) {
            for (Branch branch : branches) {
                scope.rendering().at(branch.line());
                if (Types.truth(branch.test().evaluate(scope))) {
                    return Statement.executeAll(branch.body(), scope, out);
                }
            }
            return Statement.executeAll(otherwise, scope, out);
        }

        @Override
        public List<Expression> expressions() {
            return branches.stream().map(Branch::test).toList();
        }

        @Override
        public List<Statement> body() {
            List<Statement> body = new ArrayList<>();
            branches.forEach(branch -> body.addAll(branch.body()));
            body.addAll(otherwise);
            return body;
        }
    }

    /** {@code {% set target = value %}}. */
    record Assign(Target target, Expression value, int line) implements Statement {
        @Override
        public Flow execute(Scope scope, StringBuilder out) {
            scope.rendering().at(line);
            target.assign(value.evaluate(scope), scope);
            return Flow.ON;
        }

        @Override
        public List<Expression> expressions() {
            return List.of(value);
        }

        @Override
        public List<Statement> body() {
            return List.of();
        }
    }

    /** What a block writes, after the filters written behind it. */
    record Captured(List<Statement> body, Expression filtered) {

        /** The variable under which filters find the text; no template can write this name. */
        static final String TEXT = " text";

        String render(Scope scope) {
            Scope inner = scope.inner();
            String text = Statement.render(body, inner);
            if (filtered == null) {
                return text;
            }
            inner.set(TEXT, text);
            return scope.rendering().str(filtered.evaluate(inner));
        }

        List<Expression> expressions() {
            return filtered == null ? List.of() : List.of(filtered);
        }
    }

    /** {@code {% set target | filter %}…{% endset %}}. */
    record AssignBlock(Target target, Captured value, int line) implements Statement {
        @Override
        public Flow execute(Scope scope, StringBuilder out) {
            scope.rendering().at(line);
            target.assign(value.render(scope), scope);
            return Flow.ON;
        }

        @Override
        public List<Expression> expressions() {
            return value.expressions();
        }

        @Override
        public List<Statement> body() {
            return value.body();
        }
    }

    /** {@code {% filter name %}…{% endfilter %}}. */
    record FilterBlock(Captured value, int line) implements Statement {
        @Override
        public Flow execute(Scope scope, StringBuilder out) {
            scope.rendering().at(line);
            scope.rendering().write(value.render(scope), out);
            return Flow.ON;
        }

        @Override
        public List<Expression> expressions() {
            return value.expressions();
        }

        @Override
        public List<Statement> body() {
            return value.body();
        }
    }

    /** {@code {% with target = value, … %}…{% endwith %}}; blocks that only bring a scope have no targets. */
    record With(List<Target> targets, List<Expression> values, List<Statement> body) implements Statement {
        @Override
        public Flow execute(Scope scope, StringBuilder out) {
            Scope inner = scope.inner();
            for (int i = 0; i < targets.size(); i++) {
                targets.get(i).assign(values.get(i).evaluate(scope), inner);
            }
            return Statement.executeAll(body, inner, out);
        }

        @Override
        public List<Expression> expressions() {
            return values;
        }
    }

    /** {@code {% block name %}…{% endblock %}}, which sees the variables of the whole template only. */
    record Block(List<Statement> body) implements Statement {
        @Override
        public Flow execute(Scope scope, StringBuilder out) {
            return Statement.executeAll(body, scope.root().inner(), out);
        }

        @Override
        public List<Expression> expressions() {
            return List.of();
        }
    }

    record MacroDefinition(Macro.Definition definition) implements Statement {
        @Override
        public Flow execute(Scope scope, StringBuilder out) {
            scope.set(definition.name(), new Macro(definition, scope));
            return Flow.ON;
        }

        @Override
        public List<Expression> expressions() {
            return definition.defaults();
        }

        @Override
        public List<Statement> body() {
            return definition.body();
        }
    }

    /** {@code {% call(parameters) macro(arguments) %}…{% endcall %}}. */
    record CallBlock(Macro.Definition caller, Access.Call call) implements Statement {
        @Override
        public Flow execute(Scope scope, StringBuilder out) {
            Object function = call.target().evaluate(scope);
            Arguments given = call.arguments().evaluate(scope);
            Map<String, Object> named = new LinkedHashMap<>(given.named());
            named.put("caller", new Macro(caller, scope));
            Object result = Access.Call.call(function, new Arguments(given.positional(), named), call.line(), scope);
            scope.rendering().write(scope.rendering().str(result), out);
            return Flow.ON;
        }

        @Override
        public List<Expression> expressions() {
            List<Expression> expressions = new ArrayList<>(caller.defaults());
            expressions.add(call);
            return expressions;
        }

        @Override
        public List<Statement> body() {
            return caller.body();
        }
    }

    /** {@code break} or {@code continue}. */
    record Jump(Flow flow) implements Statement {
        @Override
        public Flow execute(Scope scope, StringBuilder out) {
            return flow;
        }

        @Override
        public List<Expression> expressions() {
            return List.of();
        }

        @Override
        public List<Statement> body() {
            return List.of();
        }
    }

    /** A statement that needs other templates, of which there are none. */
    record NeedsOtherTemplate(String tag, Expression template, int line) implements Statement {
        @Override
        public Flow execute(Scope scope, StringBuilder out) {
            scope.rendering().at(line);
            throw new PythonException("'" + tag + "' needs another template, and a chat template stands alone");
        }

        @Override
        public List<Expression> expressions() {
            return List.of(template);
        }

        @Override
        public List<Statement> body() {
            return List.of();
        }
    }
}
