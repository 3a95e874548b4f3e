package io.mlxmanager.chat.template;

import io.mlxmanager.chat.template.python.Budget;
import io.mlxmanager.chat.template.python.Operators;
import io.mlxmanager.chat.template.python.Representation;
import io.mlxmanager.chat.template.python.Subscripts;
import java.util.Map;

/** What all parts of one rendering share. Confined to the thread that renders. */
final class Rendering {

    private final Budget budget;
    private final Operators operators;
    private final Subscripts subscripts;
    private final Map<String, Object> variables;
    private final Map<String, Object> globals;
    private int line;

    Rendering(Budget budget, Map<String, Object> variables, Map<String, Object> globals) {
        this.budget = budget;
        this.operators = new Operators(budget);
        this.subscripts = new Subscripts(budget);
        this.variables = variables;
        this.globals = globals;
    }

    Budget budget() {
        return budget;
    }

    Operators operators() {
        return operators;
    }

    Subscripts subscripts() {
        return subscripts;
    }

    /** A variable given to the template or a global of the language, or null. */
    Object variable(String name) {
        Object value = variables.get(name);
        return value != null ? value : globals.get(name);
    }

    /** Remembers where the template is, for messages. */
    void at(int currentLine) {
        line = currentLine;
        budget.step();
    }

    int line() {
        return line;
    }

    String str(Object value) {
        return Representation.str(value, budget);
    }

    /** Adds to what the template writes. */
    void write(String text, StringBuilder out) {
        budget.grow(out.length(), text.length());
        out.append(text);
    }
}
