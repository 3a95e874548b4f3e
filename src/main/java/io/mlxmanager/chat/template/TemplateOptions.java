package io.mlxmanager.chat.template;

import io.mlxmanager.chat.template.python.None;
import jakarta.json.Json;
import jakarta.json.JsonValue;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Finds out what a template can be told, by the ways in which templates ask for it. */
final class TemplateOptions {

    /** Variables that are made from the conversation and the tokenizer. */
    private static final Set<String> CONVERSATION = Set.of(
            "messages",
            "tools",
            "documents",
            "add_generation_prompt",
            "continue_final_message",
            "bos_token",
            "eos_token",
            "unk_token",
            "pad_token",
            "cls_token",
            "sep_token",
            "mask_token");

    private static final Set<String> KIND_TESTS =
            Set.of("string", "iterable", "sequence", "mapping", "none", "undefined");

    private final Map<String, JsonValue> defaults = new HashMap<>();

    private TemplateOptions() {}

    static List<TemplateOption> of(List<Statement> statements) {
        TemplateOptions found = new TemplateOptions();
        found.readAll(statements);
        List<TemplateOption> options = new ArrayList<>();
        for (String name : TemplateNames.undeclared(statements)) {
            if (!CONVERSATION.contains(name)) {
                options.add(new TemplateOption(name, Optional.ofNullable(found.defaults.get(name))));
            }
        }
        return options;
    }

    private void readAll(List<Statement> statements) {
        for (Statement statement : statements) {
            if (statement instanceof Statements.If choice) {
                choice.branches().forEach(this::readFallback);
            }
            statement.expressions().forEach(expression -> expression.walk(this::read));
            if (statement instanceof Statements.If choice) {
                choice.branches().forEach(branch -> readTruth(branch.test()));
            }
            readAll(statement.body());
        }
    }

    /** {@code {% if x is not defined %}{% set x = value %}}. */
    private void readFallback(Statements.Branch branch) {
        Optional<String> missing = undefinedName(branch.test());
        for (Statement statement : branch.body()) {
            if (statement instanceof Statements.Assign assign
                    && missing.isPresent()
                    && assign.target().equals(new Target.Variable(missing.get()))) {
                constant(assign.value()).ifPresent(value -> defaults.putIfAbsent(missing.get(), value));
            }
        }
    }

    private void read(Expression expression) {
        if (expression instanceof Access.Filtered filtered
                && filtered.target() instanceof Literals.Name name
                && (filtered.name().equals("default") || filtered.name().equals("d"))
                && !filtered.arguments().positional().isEmpty()) {
            constant(filtered.arguments().positional().get(0))
                    .ifPresent(value -> defaults.putIfAbsent(name.name(), value));
        } else if (expression instanceof Operations.Conditional choice) {
            readConditional(choice);
        } else if (expression instanceof Operations.Logic logic && logic.isAnd()) {
            readGuarded(logic.values());
        }
    }

    /** {@code x if x is defined else value} and {@code value if x is not defined else x}. */
    private void readConditional(Operations.Conditional choice) {
        definedName(choice.test())
                .filter(name -> choice.otherwise() != null)
                .ifPresent(name -> constant(choice.otherwise()).ifPresent(value -> defaults.putIfAbsent(name, value)));
        undefinedName(choice.test())
                .ifPresent(name -> constant(choice.then()).ifPresent(value -> defaults.putIfAbsent(name, value)));
    }

    /** {@code x is defined and x is false} asks for a switch that is on by itself; {@code … and x} for one that is off. */
    private void readGuarded(List<Expression> values) {
        Optional<String> name = definedName(values.get(0));
        if (name.isEmpty() || values.size() < 2) {
            return;
        }
        Expression second = values.get(1);
        boolean wantsFalse = isNot(second, name.get()) || isTest(second, "false", name.get());
        boolean wantsTrue = second.equals(new Literals.Name(name.get())) || isTest(second, "true", name.get());
        if (wantsFalse || wantsTrue) {
            defaults.putIfAbsent(name.get(), wantsFalse ? JsonValue.TRUE : JsonValue.FALSE);
        }
    }

    /** {@code {% if x %}} alone: what is not set is false. */
    private void readTruth(Expression test) {
        if (test instanceof Literals.Name name) {
            defaults.putIfAbsent(name.name(), JsonValue.FALSE);
        }
    }

    private static boolean isNot(Expression expression, String name) {
        return expression instanceof Operations.Not not && not.value().equals(new Literals.Name(name));
    }

    private static boolean isTest(Expression expression, String test, String name) {
        return expression instanceof Access.Tested tested
                && tested.name().equals(test)
                && tested.target().equals(new Literals.Name(name));
    }

    private static Optional<String> definedName(Expression test) {
        return testedName(test, "defined");
    }

    private static Optional<String> undefinedName(Expression test) {
        return test instanceof Operations.Not not ? testedName(not.value(), "defined") : testedName(test, "undefined");
    }

    private static Optional<String> testedName(Expression test, String wanted) {
        return test instanceof Access.Tested tested
                        && tested.name().equals(wanted)
                        && tested.target() instanceof Literals.Name name
                ? Optional.of(name.name())
                : Optional.empty();
    }

    private static Optional<JsonValue> constant(Expression expression) {
        if (expression instanceof Literals.ListOf list && list.items().isEmpty()) {
            return Optional.of(JsonValue.EMPTY_JSON_ARRAY);
        }
        if (!(expression instanceof Literals.Constant constant)) {
            return Optional.empty();
        }
        Object value = constant.value();
        if (value == None.NONE) {
            return Optional.of(JsonValue.NULL);
        }
        if (value instanceof Boolean truth) {
            return Optional.of(truth ? JsonValue.TRUE : JsonValue.FALSE);
        }
        if (value instanceof String text) {
            return Optional.of(Json.createValue(text));
        }
        if (value instanceof Long number) {
            return Optional.of(Json.createValue(number));
        }
        return value instanceof BigInteger number
                ? Optional.of(Json.createValue(number))
                : Optional.of(Json.createValue((Double) value));
    }

    static boolean needsContentParts(List<Statement> statements) {
        boolean[] found = new boolean[2];
        eachStatement(statements, statement -> {
            if (statement instanceof For loop && isContent(loop.items())) {
                found[0] = true;
            }
            statement
                    .expressions()
                    .forEach(expression -> expression.walk(part -> {
                        if (part instanceof Access.Tested tested
                                && KIND_TESTS.contains(tested.name())
                                && isContent(tested.target())) {
                            found[1] = true;
                        }
                    }));
        });
        return found[0] && !found[1];
    }

    private static void eachStatement(List<Statement> statements, Consumer<Statement> visitor) {
        statements.forEach(statement -> {
            visitor.accept(statement);
            eachStatement(statement.body(), visitor);
        });
    }

    private static boolean isContent(Expression expression) {
        if (expression instanceof Access.Attribute attribute) {
            return attribute.name().equals("content");
        }
        if (expression instanceof Access.Item item) {
            return item.key().equals(new Literals.Constant("content"));
        }
        return expression.equals(new Literals.Name("content"));
    }
}
