package io.mlxmanager.chat.parse;

import io.mlxmanager.chat.parse.CallBlock.Call;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;

/**
 * Calls as Python writes them: {@code f(a="x", b=[1, True])}, one or several, in a list or one below the other, with or
 * without {@code print(…)} around them. Arguments are literals with names; anything that would have to be computed is not a
 * call.
 */
final class PythonCalls extends LiteralReader {

    private PythonCalls(String text) {
        super(text);
    }

    /** Reads a whole text; empty when it is anything but calls. */
    static Optional<List<Call>> read(String text) {
        PythonCalls reader = new PythonCalls(text);
        return reader.calls().filter(calls -> !calls.isEmpty() && reader.atEnd());
    }

    private Optional<List<Call>> calls() {
        List<Call> calls = new ArrayList<>();
        boolean inList = take('[');
        while (!atEnd() && !(inList && peek() == ']')) {
            Optional<Call> call = printedOrCall();
            if (call.isEmpty()) {
                return Optional.empty();
            }
            calls.add(call.get());
            if (!take(',')) {
                take(';');
            }
        }
        return !inList || take(']') ? Optional.of(calls) : Optional.empty();
    }

    private Optional<Call> printedOrCall() {
        String name = name();
        if (!name.equals("print")) {
            return call(name);
        }
        if (!take('(')) {
            return Optional.empty();
        }
        return call(name()).filter(call -> take(')'));
    }

    private Optional<Call> call(String name) {
        if (name.isEmpty() || !take('(')) {
            return Optional.empty();
        }
        StringJoiner arguments = new StringJoiner(",", "{", "}");
        while (!take(')')) {
            Optional<String> argument = argument();
            if (argument.isEmpty()) {
                return Optional.empty();
            }
            arguments.add(argument.get());
            skipSpace();
            if (peek() != ')' && !take(',')) {
                return Optional.empty();
            }
        }
        return Optional.of(new Call(name, arguments.toString()));
    }

    private Optional<String> argument() {
        String argument = name();
        if (argument.isEmpty() || !take('=')) {
            return Optional.empty();
        }
        StringBuilder key = new StringBuilder();
        ValueText.appendString(argument, key);
        return value().map(value -> key + ":" + value);
    }

    @Override
    Optional<String> key() {
        return string();
    }

    @Override
    Optional<String> string() {
        boolean raw = (peek() == 'r' || peek() == 'R') && followsQuote();
        if (raw) {
            next();
        }
        char quote = peek();
        if (quote != '"' && quote != '\'') {
            return Optional.empty();
        }
        String three = String.valueOf(quote).repeat(3);
        return quoted(take(three) ? three : String.valueOf(next()), raw);
    }

    private boolean followsQuote() {
        return peekAfter() == '"' || peekAfter() == '\'';
    }

    private Optional<String> quoted(String end, boolean raw) {
        StringBuilder json = new StringBuilder("\"");
        while (!take(end)) {
            char c = next();
            if (c == 0) {
                return Optional.empty();
            }
            if (c == '\\' && !raw) {
                escaped(next(), json);
            } else {
                JsonScanner.appendEscaped(c, json);
            }
        }
        return Optional.of(json.append('"').toString());
    }

    private void escaped(char c, StringBuilder json) {
        switch (c) {
            case 'n' -> json.append("\\n");
            case 't' -> json.append("\\t");
            case 'r' -> json.append("\\r");
            case 'b' -> json.append("\\b");
            case 'f' -> json.append("\\f");
            case '\n' -> {}
            case '\'', '"', '\\' -> JsonScanner.appendEscaped(c, json);
            case 'x' -> code(2, c, json);
            case 'u' -> code(4, c, json);
            default -> {
                json.append("\\\\");
                JsonScanner.appendEscaped(c, json);
            }
        }
    }

    private void code(int digits, char kind, StringBuilder json) {
        String hex = ahead(digits);
        if (hex.length() == digits && hex.chars().allMatch(c -> Character.digit(c, 16) >= 0)) {
            take(hex);
            JsonScanner.appendEscaped((char) Integer.parseInt(hex, 16), json);
        } else {
            json.append("\\\\").append(kind);
        }
    }
}
