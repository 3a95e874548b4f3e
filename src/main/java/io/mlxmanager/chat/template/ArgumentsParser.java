package io.mlxmanager.chat.template;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads the arguments of a call, a filter or a test. */
final class ArgumentsParser {

    private final TokenStream stream;
    private final ExpressionParser expressions;

    ArgumentsParser(TokenStream stream, ExpressionParser expressions) {
        this.stream = stream;
        this.expressions = expressions;
    }

    /** From the opening to the closing parenthesis. */
    CallArguments parse() {
        stream.expectOperator("(");
        List<Expression> positional = new ArrayList<>();
        Map<String, Expression> named = new LinkedHashMap<>();
        Expression[] spread = new Expression[2];
        expressions.until(")", () -> argument(positional, named, spread));
        return new CallArguments(positional, named, spread[0], spread[1]);
    }

    private Expression argument(List<Expression> positional, Map<String, Expression> named, Expression[] spread) {
        Token token = stream.current();
        boolean valid;
        Expression value;
        if (stream.skipOperator("*")) {
            valid = spread[0] == null && spread[1] == null;
            value = expressions.expression();
            spread[0] = value;
        } else if (stream.skipOperator("**")) {
            valid = spread[1] == null;
            value = expressions.expression();
            spread[1] = value;
        } else if (token.type() == Token.Type.NAME && stream.look().isOperator("=")) {
            stream.next();
            stream.next();
            value = expressions.expression();
            valid = spread[1] == null && named.put(token.text(), value) == null;
        } else {
            value = expressions.expression();
            valid = spread[0] == null && spread[1] == null && named.isEmpty();
            positional.add(value);
        }
        if (!valid) {
            throw new TemplateException("invalid syntax for function call expression", token.line());
        }
        return value;
    }
}
