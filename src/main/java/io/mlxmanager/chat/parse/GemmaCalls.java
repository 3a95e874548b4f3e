package io.mlxmanager.chat.parse;

import io.mlxmanager.chat.parse.CallBlock.Call;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Calls as Gemma's models write them: {@code call:f{city:<escape>Paris<escape>,days:3}}. A token of its own stands around
 * strings, so that nothing in them is escaped; keys are bare at the top and may be strings further down.
 */
final class GemmaCalls extends LiteralReader {

    private static final String CALL = "call:";

    private final String quote;

    private GemmaCalls(String text, String quote) {
        super(text);
        this.quote = quote;
    }

    /** A reader for one of the tokens around strings. */
    static CallBlock quotedBy(String quote) {
        return text -> {
            GemmaCalls reader = new GemmaCalls(text, quote);
            List<Call> calls = new ArrayList<>();
            while (!reader.atEnd()) {
                Optional<Call> call = reader.call();
                if (call.isEmpty()) {
                    return Optional.empty();
                }
                calls.add(call.get());
            }
            return calls.isEmpty() ? Optional.empty() : Optional.of(calls);
        };
    }

    private Optional<Call> call() {
        if (!take(CALL)) {
            return Optional.empty();
        }
        String name = name();
        skipSpace();
        if (name.isEmpty() || peek() != '{') {
            return Optional.empty();
        }
        return value().map(arguments -> new Call(name, arguments));
    }

    @Override
    Optional<String> key() {
        Optional<String> quoted = string();
        if (quoted.isPresent()) {
            return quoted;
        }
        String name = name();
        return name.isEmpty() ? Optional.empty() : Optional.of('"' + name + '"');
    }

    @Override
    Optional<String> string() {
        if (!take(quote)) {
            return Optional.empty();
        }
        return upTo(quote).map(text -> {
            StringBuilder json = new StringBuilder();
            ValueText.appendString(text, json);
            return json.toString();
        });
    }
}
