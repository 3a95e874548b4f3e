package io.mlxmanager.chat.template;

import io.mlxmanager.chat.template.Literals.Constant;
import io.mlxmanager.chat.template.Operations.Operand;
import io.mlxmanager.chat.template.python.None;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** Reads expressions, by recursive descent in the order of precedence. */
final class ExpressionParser {

    private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");
    private static final int DEEPEST = 80;
    private static final int LONGEST_CHAIN = 500;

    private final TokenStream stream;
    private final ArgumentsParser arguments;
    private int depth;

    ExpressionParser(TokenStream stream) {
        this.stream = stream;
        this.arguments = new ArgumentsParser(stream, this);
    }

    /** One expression. */
    Expression expression() {
        return deeper(this::conditional);
    }

    /** One expression without {@code if} at its end, because the {@code if} belongs to the statement. */
    Expression expressionWithoutIf() {
        return deeper(this::or);
    }

    /** An expression or several with commas between them, which make a tuple. */
    Expression expressionOrTuple(boolean withIf) {
        return tuple(withIf, false, "");
    }

    /** As {@link #expressionOrTuple}, ending before the name {@code end} too. */
    Expression expressionOrTuple(boolean withIf, String end) {
        return tuple(withIf, false, end);
    }

    private Expression tuple(boolean withIf, boolean mayBeEmpty, String end) {
        List<Expression> items = new ArrayList<>();
        boolean comma = false;
        while (!isTupleEnd(end)) {
            items.add(withIf ? expression() : expressionWithoutIf());
            if (!stream.skipOperator(",")) {
                break;
            }
            comma = true;
        }
        if (items.isEmpty() && !mayBeEmpty) {
            throw stream.failure(
                    "Expected an expression, got " + stream.current().shown());
        }
        return items.size() == 1 && !comma ? items.get(0) : new Literals.TupleOf(items);
    }

    private boolean isTupleEnd(String end) {
        return stream.is(Token.Type.VARIABLE_END)
                || stream.is(Token.Type.BLOCK_END)
                || stream.current().isOperator(")")
                || (!end.isEmpty() && stream.current().isName(end));
    }

    private <T> T deeper(Supplier<T> parse) {
        depth++;
        if (depth > DEEPEST) {
            throw stream.failure("expressions are nested more than " + DEEPEST + " levels deep");
        }
        T result = parse.get();
        depth--;
        return result;
    }

    private void checkChain(int length) {
        if (length > LONGEST_CHAIN) {
            throw stream.failure("more than " + LONGEST_CHAIN + " operators in a row");
        }
    }

    private Expression conditional() {
        Expression then = or();
        int chain = 0;
        while (stream.current().isName("if")) {
            checkChain(++chain);
            int line = stream.next().line();
            Expression test = or();
            Expression otherwise = stream.skipName("else") ? expression() : null;
            then = new Operations.Conditional(test, then, otherwise, line);
        }
        return then;
    }

    private Expression or() {
        return logic("or", () -> logic("and", this::not));
    }

    private Expression logic(String word, Supplier<Expression> operand) {
        Expression first = operand.get();
        if (!stream.current().isName(word)) {
            return first;
        }
        List<Expression> values = new ArrayList<>();
        values.add(first);
        while (stream.skipName(word)) {
            checkChain(values.size());
            values.add(operand.get());
        }
        return new Operations.Logic(word.equals("and"), values);
    }

    private Expression not() {
        if (stream.skipName("not")) {
            return new Operations.Not(deeper(this::not));
        }
        return comparison();
    }

    private Expression comparison() {
        Expression first = sum();
        List<Operand> operands = new ArrayList<>();
        while (true) {
            Token token = stream.current();
            if (token.type() == Token.Type.OPERATOR && COMPARISONS.contains(token.text())) {
                stream.next();
                operands.add(new Operand(token.text(), sum()));
            } else if (stream.skipName("in")) {
                operands.add(new Operand("in", sum()));
            } else if (token.isName("not") && stream.look().isName("in")) {
                stream.next();
                stream.next();
                operands.add(new Operand("not in", sum()));
            } else {
                return operands.isEmpty() ? first : new Operations.Comparison(first, operands);
            }
            checkChain(operands.size());
        }
    }

    private Expression sum() {
        return arithmetic(Set.of("+", "-"), this::concatenation);
    }

    private Expression concatenation() {
        Expression first = product();
        if (!stream.current().isOperator("~")) {
            return first;
        }
        List<Expression> values = new ArrayList<>();
        values.add(first);
        while (stream.skipOperator("~")) {
            checkChain(values.size());
            values.add(product());
        }
        return new Operations.Concatenation(values);
    }

    private Expression product() {
        return arithmetic(Set.of("*", "/", "//", "%"), () -> arithmetic(Set.of("**"), () -> unary(true)));
    }

    private Expression arithmetic(Set<String> signs, Supplier<Expression> operand) {
        Expression first = operand.get();
        List<Operand> operands = new ArrayList<>();
        while (stream.is(Token.Type.OPERATOR) && signs.contains(stream.current().text())) {
            checkChain(operands.size());
            String sign = stream.next().text();
            operands.add(new Operand(sign, operand.get()));
        }
        return operands.isEmpty() ? first : new Operations.Arithmetic(first, operands);
    }

    private Expression unary(boolean withFilters) {
        Expression value;
        if (stream.skipOperator("-")) {
            value = new Operations.Sign(true, deeper(() -> unary(false)));
        } else if (stream.skipOperator("+")) {
            value = new Operations.Sign(false, deeper(() -> unary(false)));
        } else {
            value = primary();
        }
        value = postfix(value);
        return withFilters ? filters(value) : value;
    }

    private Expression primary() {
        Token token = stream.next();
        switch (token.type()) {
            case NAME -> {
                return named(token.text());
            }
            case STRING -> {
                return strings(token);
            }
            case INTEGER -> {
                return new Constant(NumberLiteral.integer(token.text(), token.line()));
            }
            case FLOAT -> {
                return new Constant(Double.valueOf(token.text()));
            }
            default -> {
                return bracketed(token);
            }
        }
    }

    private static Expression named(String name) {
        return switch (name) {
            case "true", "True" -> new Constant(true);
            case "false", "False" -> new Constant(false);
            case "none", "None" -> new Constant(None.NONE);
            default -> new Literals.Name(name);
        };
    }

    private Expression strings(Token first) {
        StringBuilder text = new StringBuilder(first.text());
        while (stream.is(Token.Type.STRING)) {
            text.append(stream.next().text());
        }
        return new Constant(text.toString());
    }

    private Expression bracketed(Token token) {
        if (token.isOperator("(")) {
            Expression inner = deeper(() -> tuple(true, true, ""));
            stream.expectOperator(")");
            return inner;
        }
        if (token.isOperator("[")) {
            return new Literals.ListOf(until("]", this::expression));
        }
        if (token.isOperator("{")) {
            List<Expression> keysAndValues = new ArrayList<>();
            until("}", () -> {
                keysAndValues.add(expression());
                stream.expectOperator(":");
                Expression value = expression();
                keysAndValues.add(value);
                return value;
            });
            return new Literals.DictOf(keysAndValues);
        }
        throw new TemplateException("unexpected " + token.shown(), token.line());
    }

    /** Expressions with commas between them, up to and including the closing bracket {@code end}. */
    List<Expression> until(String end, Supplier<Expression> item) {
        List<Expression> items = new ArrayList<>();
        while (!stream.current().isOperator(end)) {
            if (!items.isEmpty()) {
                stream.expectOperator(",");
            }
            if (stream.current().isOperator(end)) {
                break;
            }
            items.add(item.get());
        }
        stream.expectOperator(end);
        return items;
    }

    private Expression postfix(Expression target) {
        Expression value = target;
        for (int chain = 0; ; chain++) {
            checkChain(chain);
            if (stream.skipOperator(".")) {
                value = member(value);
            } else if (stream.skipOperator("[")) {
                value = subscript(value);
            } else if (stream.current().isOperator("(")) {
                value = call(value);
            } else {
                return value;
            }
        }
    }

    /** {@code target(arguments)}; used for macros called by a call block too. */
    private Expression call(Expression target) {
        int line = stream.current().line();
        return new Access.Call(target, arguments.parse(), line);
    }

    private Expression member(Expression target) {
        Token token = stream.next();
        if (token.type() == Token.Type.NAME) {
            return new Access.Attribute(target, token.text());
        }
        if (token.type() == Token.Type.INTEGER) {
            return new Access.Item(target, new Constant(NumberLiteral.integer(token.text(), token.line())));
        }
        throw new TemplateException("expected name or number, got " + token.shown(), token.line());
    }

    private Expression subscript(Expression target) {
        Expression from = stream.current().isOperator(":") ? null : expression();
        if (!stream.skipOperator(":")) {
            return new Access.Item(target, key(from));
        }
        Expression to = isBoundEnd() ? null : expression();
        Expression step = stream.skipOperator(":") && !isBoundEnd() ? expression() : null;
        stream.expectOperator("]");
        return new Access.Slice(target, from, to, step);
    }

    private Expression key(Expression first) {
        List<Expression> keys = new ArrayList<>();
        keys.add(first);
        while (stream.skipOperator(",") && !stream.current().isOperator("]")) {
            keys.add(expression());
        }
        stream.expectOperator("]");
        return keys.size() == 1 ? first : new Literals.TupleOf(keys);
    }

    private boolean isBoundEnd() {
        return stream.current().isOperator(":") || stream.current().isOperator("]");
    }

    private Expression filters(Expression target) {
        Expression value = target;
        for (int chain = 0; ; chain++) {
            checkChain(chain);
            if (stream.skipOperator("|")) {
                value = filter(value);
            } else if (stream.skipName("is")) {
                value = test(value);
            } else if (stream.current().isOperator("(")) {
                value = call(value);
            } else {
                return value;
            }
        }
    }

    /** The filter whose name comes next, applied to {@code target}. */
    Expression filter(Expression target) {
        int line = stream.current().line();
        String name = dottedName();
        CallArguments given = stream.current().isOperator("(") ? arguments.parse() : CallArguments.NONE;
        return new Access.Filtered(target, name, given, line);
    }

    private String dottedName() {
        StringBuilder name = new StringBuilder(stream.expect(Token.Type.NAME).text());
        while (stream.skipOperator(".")) {
            name.append('.').append(stream.expect(Token.Type.NAME).text());
        }
        return name.toString();
    }

    private Expression test(Expression target) {
        boolean negated = stream.skipName("not");
        int line = stream.current().line();
        String name = dottedName();
        Expression test = new Access.Tested(target, name, testArguments(), line);
        return negated ? new Operations.Not(test) : test;
    }

    private CallArguments testArguments() {
        Token token = stream.current();
        if (token.isOperator("(")) {
            return arguments.parse();
        }
        boolean starts = switch (token.type()) {
            case NAME -> !Set.of("else", "or", "and").contains(token.text());
            case STRING, INTEGER, FLOAT -> true;
            default -> token.isOperator("[") || token.isOperator("{");
        };
        if (!starts) {
            return CallArguments.NONE;
        }
        if (token.isName("is")) {
            throw stream.failure("You cannot chain multiple tests with is");
        }
        return CallArguments.of(postfix(primary()));
    }
}
