package io.mlxmanager.chat.parse;

import jakarta.json.Json;
import jakarta.json.JsonReader;
import jakarta.json.JsonReaderFactory;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.io.StringReader;
import java.util.Map;
import java.util.Set;

/**
 * Follows one call written as a JSON object, {@code {"name": …, "arguments": …}}, in any order of its keys, with
 * {@code tool_name} or {@code function} as other words for name and {@code parameters} for arguments, or the same inside
 * {@code {"type": "function", "function": …}}. When the name comes first, arguments are passed on as they are read.
 */
final class JsonCallReader {

    /** Where the reader stands after a character. */
    enum Status {
        READING,
        /** The character closed the object and the call is complete. */
        COMPLETE,
        /** The character cannot belong to a call. */
        BROKEN
    }

    private enum State {
        OPENING,
        FIRST_KEY,
        KEY,
        KEY_TEXT,
        COLON,
        VALUE_START,
        VALUE,
        INNER,
        COMMA
    }

    private static final JsonReaderFactory READERS = Json.createReaderFactory(Map.of());
    private static final Set<String> NAME_KEYS = Set.of("name", "tool_name", "function");
    private static final Set<String> ARGUMENT_KEYS = Set.of("arguments", "parameters");
    private static final Set<String> OTHER_KEYS = Set.of("type", "id", "tool_call_id", "function");

    private final JsonCallStyle style;
    private final CallSink sink;
    private final StringBuilder passed = new StringBuilder();
    private JsonScanner scanner = new JsonScanner();
    private JsonCallReader inner;
    private State state = State.OPENING;
    private String key = "";
    private String name = "";
    private String heldArguments = "";
    private boolean told;
    private boolean streaming;
    private boolean argumentsSeen;

    JsonCallReader(JsonCallStyle style, CallSink sink) {
        this.style = style;
        this.sink = sink;
    }

    Status step(char c) {
        return switch (state) {
            case OPENING -> c == '{' ? go(State.FIRST_KEY) : spaceOrBroken(c);
            case FIRST_KEY, KEY -> beginKey(c);
            case KEY_TEXT -> keyText(c);
            case COLON -> c == ':' ? go(State.VALUE_START) : spaceOrBroken(c);
            case VALUE_START -> isSpace(c) ? Status.READING : beginValue(c);
            case VALUE -> value(c);
            case INNER -> inner(c);
            case COMMA -> afterValue(c);
        };
    }

    private Status beginKey(char c) {
        if (c != '"' && c != '\'') {
            return spaceOrBroken(c);
        }
        restart();
        state = State.KEY_TEXT;
        return keyText(c);
    }

    private Status keyText(char c) {
        JsonScanner.Step step = scanner.step(c, passed);
        if (step == JsonScanner.Step.LAST) {
            key = decoded(passed.toString());
            return style.readsKey(key, isName() || isArguments() || OTHER_KEYS.contains(key))
                    ? go(State.COLON)
                    : Status.BROKEN;
        }
        return step == JsonScanner.Step.MORE ? Status.READING : Status.BROKEN;
    }

    private Status beginValue(char c) {
        restart();
        if (key.equals("function") && c == '{' && name.isEmpty()) {
            inner = new JsonCallReader(style, sink);
            state = State.INNER;
            return inner(c);
        }
        if (style.keyed()) {
            name = key;
        }
        streaming = isArguments() && !argumentsSeen && !name.isEmpty() && c == '{';
        if (streaming) {
            tell();
        }
        state = State.VALUE;
        return value(c);
    }

    private Status inner(char c) {
        Status status = inner.step(c);
        return status == Status.COMPLETE ? go(State.COMMA) : status;
    }

    private Status value(char c) {
        JsonScanner.Step step = scanner.step(c, passed);
        if (streaming && passed.length() > 0) {
            sink.arguments(passed);
            passed.setLength(0);
        }
        return switch (step) {
            case MORE -> Status.READING;
            case BROKEN -> Status.BROKEN;
            case LAST -> valueEnded();
            case AFTER -> valueEnded() == Status.BROKEN ? Status.BROKEN : afterValue(c);
        };
    }

    private Status valueEnded() {
        if (isName() && name.isEmpty()) {
            if (passed.charAt(0) != '"') {
                return Status.BROKEN;
            }
            name = decoded(passed.toString());
            if (name.isBlank() || !style.acceptsName(name)) {
                return Status.BROKEN;
            }
        } else if (isArguments() && !argumentsSeen) {
            argumentsSeen = true;
            heldArguments = streaming ? "" : normalised(passed.toString());
        }
        streaming = false;
        return go(State.COMMA);
    }

    private Status afterValue(char c) {
        if (c == ',') {
            return go(State.KEY);
        }
        return c == '}' ? closeCall() : spaceOrBroken(c);
    }

    private Status closeCall() {
        if (inner != null) {
            return Status.COMPLETE;
        }
        if (name.isEmpty()) {
            return Status.BROKEN;
        }
        if (!told) {
            tell();
            sink.arguments(heldArguments.isEmpty() ? "{}" : heldArguments);
        }
        return Status.COMPLETE;
    }

    private void tell() {
        told = true;
        sink.call(name);
    }

    /** Some models write the arguments once more as text, or null for none. */
    private static String normalised(String arguments) {
        if (arguments.equals("null")) {
            return "{}";
        }
        if (arguments.charAt(0) == '"') {
            String inner = decoded(arguments).strip();
            return inner.startsWith("{") && inner.endsWith("}") ? inner : arguments;
        }
        return arguments;
    }

    private boolean isName() {
        return !style.keyed() && NAME_KEYS.contains(key);
    }

    private boolean isArguments() {
        return style.keyed() || ARGUMENT_KEYS.contains(key);
    }

    private void restart() {
        scanner = new JsonScanner();
        passed.setLength(0);
    }

    private static String decoded(String literal) {
        try (JsonReader reader = READERS.createReader(new StringReader(literal))) {
            JsonValue value = reader.readValue();
            return ((JsonString) value).getString();
        }
    }

    private Status go(State next) {
        state = next;
        return Status.READING;
    }

    private static Status spaceOrBroken(char c) {
        return isSpace(c) ? Status.READING : Status.BROKEN;
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c == '\n' || c == '\r' || c == '\t';
    }
}
