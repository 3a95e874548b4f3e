package io.mlxmanager.chat.template;

import java.util.List;

/** A part of a template that writes text or changes the scope. Immutable. */
interface Statement {

    /** How execution goes on after a statement. */
    enum Flow {
        ON,
        BREAK,
        CONTINUE
    }

    Flow execute(Scope scope, StringBuilder out);

    /** The expressions of the statement itself, not of the statements inside it. */
    List<Expression> expressions();

    /** The statements inside it. */
    List<Statement> body();

    /** Executes statements in order, until one breaks off. */
    static Flow executeAll(List<Statement> statements, Scope scope, StringBuilder out) {
        for (Statement statement : statements) {
            Flow flow = statement.execute(scope, out);
            if (flow != Flow.ON) {
                return flow;
            }
        }
        return Flow.ON;
    }

    /** What the statements write in a scope of their own. */
    static String render(List<Statement> statements, Scope scope) {
        StringBuilder out = new StringBuilder();
        executeAll(statements, scope, out);
        return out.toString();
    }
}
