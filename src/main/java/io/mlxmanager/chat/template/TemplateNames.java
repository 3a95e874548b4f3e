package io.mlxmanager.chat.template;

import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Which names a template uses, and whether the filters and tests it needs exist. */
final class TemplateNames {

    private TemplateNames() {}

    /** Adds every name read anywhere in the statements. */
    static void used(List<Statement> statements, Set<String> names) {
        for (Statement statement : statements) {
            statement
                    .expressions()
                    .forEach(expression -> expression.walk(part -> {
                        if (part instanceof Literals.Name name) {
                            names.add(name.name());
                        }
                    }));
            used(statement.body(), names);
        }
    }

    /** The names that are read before anything in the template has set them, in the order of their first use. */
    static Set<String> undeclared(List<Statement> statements) {
        Set<String> free = new LinkedHashSet<>();
        collect(statements, new HashSet<>(Globals.NAMES), free);
        free.remove(Statements.Captured.TEXT);
        return free;
    }

    private static void collect(List<Statement> statements, Set<String> declared, Set<String> free) {
        for (Statement statement : statements) {
            if (statement instanceof Statements.If branches) {
                branches.branches().forEach(branch -> {
                    read(branch.test(), declared, free);
                    collect(branch.body(), declared, free);
                });
                collect(branches.otherwise(), declared, free);
                continue;
            }
            Set<String> inside = new HashSet<>(declared);
            if (statement instanceof For loop) {
                read(loop.items(), declared, free);
                loop.target().names().forEach(inside::add);
                inside.add("loop");
                if (loop.test() != null) {
                    read(loop.test(), inside, free);
                }
            } else {
                statement.expressions().forEach(expression -> read(expression, declared, free));
            }
            declare(statement, declared, inside);
            collect(statement.body(), inside, free);
        }
    }

    private static void declare(Statement statement, Set<String> declared, Set<String> inside) {
        if (statement instanceof Statements.Assign assign) {
            assign.target().names().forEach(declared::add);
        } else if (statement instanceof Statements.AssignBlock assign) {
            assign.target().names().forEach(declared::add);
        } else if (statement instanceof Statements.MacroDefinition macro) {
            declared.add(macro.definition().name());
            declareParameters(macro.definition(), inside);
            inside.add(macro.definition().name());
        } else if (statement instanceof Statements.CallBlock call) {
            declareParameters(call.caller(), inside);
        } else if (statement instanceof Statements.With with) {
            with.targets().forEach(target -> target.names().forEach(inside::add));
        }
    }

    private static void declareParameters(Macro.Definition macro, Set<String> inside) {
        inside.addAll(macro.parameters());
        inside.addAll(Set.of("caller", "kwargs", "varargs"));
    }

    private static void read(Expression expression, Set<String> declared, Set<String> free) {
        expression.walk(part -> {
            if (part instanceof Literals.Name name && !declared.contains(name.name())) {
                free.add(name.name());
            }
        });
    }

    /**
     * Refuses filters and tests that do not exist, except where the template decides at run time whether to use them: in a
     * branch or a conditional expression.
     */
    static void check(List<Statement> statements, boolean optional) {
        for (Statement statement : statements) {
            boolean branch = statement instanceof Statements.If;
            boolean plain = branch || statement instanceof Statements.Print || statement instanceof Statements.Assign;
            statement.expressions().forEach(expression -> check(expression, branch || (optional && plain)));
            check(statement.body(), branch);
        }
    }

    private static void check(Expression expression, boolean optional) {
        boolean inside = optional || expression instanceof Operations.Conditional;
        if (!inside && expression instanceof Access.Filtered filtered && !Filters.exists(filtered.name())) {
            throw new TemplateException("No filter named '" + filtered.name() + "'.", filtered.line());
        }
        if (!inside && expression instanceof Access.Tested tested && !Tests.exists(tested.name())) {
            throw new TemplateException("No test named '" + tested.name() + "'.", tested.line());
        }
        expression.parts().forEach(part -> check(part, inside));
    }
}
