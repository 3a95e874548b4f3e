package io.mlxmanager.chat.template;

import java.util.List;
import java.util.Locale;

/** The tokens of a template, read one after the other with one token of lookahead. */
final class TokenStream {

    private final List<Token> tokens;
    private int position;

    TokenStream(List<Token> tokens) {
        this.tokens = tokens;
    }

    Token current() {
        return tokens.get(position);
    }

    Token look() {
        return tokens.get(Math.min(position + 1, tokens.size() - 1));
    }

    Token next() {
        Token token = current();
        if (position < tokens.size() - 1) {
            position++;
        }
        return token;
    }

    boolean skipName(String name) {
        boolean found = current().isName(name);
        if (found) {
            next();
        }
        return found;
    }

    boolean skipOperator(String sign) {
        boolean found = current().isOperator(sign);
        if (found) {
            next();
        }
        return found;
    }

    boolean is(Token.Type type) {
        return current().type() == type;
    }

    Token expect(Token.Type type) {
        if (!is(type)) {
            throw failure("expected " + type.name().toLowerCase(Locale.ROOT).replace('_', ' ') + ", got "
                    + current().shown());
        }
        return next();
    }

    void expectName(String name) {
        if (!skipName(name)) {
            throw failure("expected '" + name + "', got " + current().shown());
        }
    }

    void expectOperator(String sign) {
        if (!skipOperator(sign)) {
            throw failure("expected '" + sign + "', got " + current().shown());
        }
    }

    TemplateException failure(String message) {
        return new TemplateException(message, current().line());
    }
}
