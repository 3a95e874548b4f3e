package io.mlxmanager.chat.parse;

import jakarta.json.Json;
import jakarta.json.JsonReader;
import jakarta.json.JsonReaderFactory;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.io.StringReader;
import java.util.Map;

/**
 * Follows one call written as a JSON object, {@code {"name": …, "arguments": …}}, in either order of its keys, with
 * {@code parameters} as another word for arguments. When the name comes first, arguments are passed on as they are read.
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

    /** What the reader found out, as soon as it is certain. */
    interface Listener {
        void name(String name);

        void arguments(CharSequence fragment);
    }

    private enum State {
        OPENING,
        FIRST_KEY,
        KEY,
        KEY_TEXT,
        COLON,
        VALUE_START,
        VALUE,
        COMMA
    }

    private static final JsonReaderFactory READERS = Json.createReaderFactory(Map.of());

    private final Listener listener;
    private final StringBuilder passed = new StringBuilder();
    private JsonScanner scanner = new JsonScanner();
    private State state = State.OPENING;
    private String key = "";
    private String name = "";
    private String heldArguments = "";
    private boolean named;
    private boolean streaming;
    private boolean argumentsSeen;

    JsonCallReader(Listener listener) {
        this.listener = listener;
    }

    /** Whether the listener has been told of the call. */
    boolean hasStarted() {
        return named;
    }

    Status step(char c) {
        return switch (state) {
            case OPENING -> c == '{' ? go(State.FIRST_KEY) : spaceOrBroken(c);
            case FIRST_KEY, KEY -> beginKey(c);
            case KEY_TEXT -> keyText(c);
            case COLON -> c == ':' ? go(State.VALUE_START) : spaceOrBroken(c);
            case VALUE_START -> isSpace(c) ? Status.READING : beginValue(c);
            case VALUE -> value(c);
            case COMMA -> afterValue(c);
        };
    }

    private Status beginKey(char c) {
        if (c != '"') {
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
            return go(State.COLON);
        }
        return step == JsonScanner.Step.MORE ? Status.READING : Status.BROKEN;
    }

    private Status beginValue(char c) {
        restart();
        streaming = isArguments() && !argumentsSeen && !name.isEmpty() && c == '{';
        if (streaming) {
            start();
        }
        state = State.VALUE;
        return value(c);
    }

    private Status value(char c) {
        JsonScanner.Step step = scanner.step(c, passed);
        if (streaming && passed.length() > 0) {
            listener.arguments(passed);
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
        if (key.equals("name") && name.isEmpty()) {
            if (passed.charAt(0) != '"') {
                return Status.BROKEN;
            }
            name = decoded(passed.toString());
            if (name.isBlank()) {
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
        if (name.isEmpty()) {
            return Status.BROKEN;
        }
        if (!named) {
            start();
            listener.arguments(heldArguments.isEmpty() ? "{}" : heldArguments);
        }
        return Status.COMPLETE;
    }

    private void start() {
        named = true;
        listener.name(name);
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

    private boolean isArguments() {
        return key.equals("arguments") || key.equals("parameters");
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
