package io.mlxmanager.chat.template;

import io.mlxmanager.chat.template.python.Types;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code {% for target in items if test recursive %}…{% else %}…{% endfor %}}.
 *
 * @param test null when there is none
 */
record For(
        Target target,
        Expression items,
        Expression test,
        boolean recursive,
        List<Statement> loopBody,
        List<Statement> otherwise,
        int line)
        implements Statement {

    @Override
    public Flow execute(Scope scope, StringBuilder out) {
        scope.rendering().at(line);
        loop(items.evaluate(scope), 0, scope, out);
        return Flow.ON;
    }

    private void loop(Object value, int depth, Scope scope, StringBuilder out) {
        List<Object> chosen = choose(value, scope);
        if (chosen.isEmpty()) {
            Statement.executeAll(otherwise, scope.inner(), out);
            return;
        }
        Loop.Recursion recursion = recursive ? (inner, deeper) -> recurse(inner, deeper, scope) : null;
        Loop loop = new Loop(chosen, depth, recursion, scope.rendering().budget());
        for (int i = 0; i < chosen.size(); i++) {
            loop.moveTo(i);
            scope.rendering().budget().step();
            Scope inner = scope.inner();
            target.assign(chosen.get(i), inner);
            inner.set("loop", loop);
            if (Statement.executeAll(loopBody, inner, out) == Flow.BREAK) {
                return;
            }
        }
    }

    private String recurse(Object value, int depth, Scope scope) {
        scope.rendering().budget().enter();
        StringBuilder out = new StringBuilder();
        loop(value, depth, scope, out);
        scope.rendering().budget().leave();
        return out.toString();
    }

    private List<Object> choose(Object value, Scope scope) {
        List<Object> all = Types.toList(value, scope.rendering().budget());
        if (test == null) {
            return all;
        }
        List<Object> chosen = new ArrayList<>();
        for (Object item : all) {
            Scope inner = scope.inner();
            target.assign(item, inner);
            if (Types.truth(test.evaluate(inner))) {
                chosen.add(item);
            }
        }
        return chosen;
    }

    @Override
    public List<Expression> expressions() {
        return test == null ? List.of(items) : List.of(items, test);
    }

    @Override
    public List<Statement> body() {
        List<Statement> body = new ArrayList<>(loopBody);
        body.addAll(otherwise);
        return body;
    }
}
