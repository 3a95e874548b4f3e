package io.mlxmanager.chat.parse;

import jakarta.json.JsonValue;
import java.util.Optional;
import java.util.StringJoiner;

/**
 * Walks over values that are written much like JSON and gives them back as JSON text. Which texts stand around strings, and
 * whether keys are bare, is up to the subclass. A failure is an empty result; what was read before does not matter then.
 */
abstract class LiteralReader {

    private static final int DEEPEST = 64;

    private final String text;
    private int at;
    private int depth;

    LiteralReader(String text) {
        this.text = text;
    }

    /** A string at this place, as a JSON string, or empty when none begins here or it does not end. */
    abstract Optional<String> string();

    /** A key of an object, as a JSON string. */
    abstract Optional<String> key();

    /** Any value, as JSON text. */
    final Optional<String> value() {
        skipSpace();
        char c = peek();
        if (c == '{') {
            return nested('}', true);
        }
        if (c == '[' || c == '(') {
            return nested(c == '[' ? ']' : ')', false);
        }
        return string().or(this::word);
    }

    private Optional<String> nested(char close, boolean object) {
        depth++;
        if (depth > DEEPEST) {
            return Optional.empty();
        }
        next();
        StringJoiner json = new StringJoiner(",", object ? "{" : "[", object ? "}" : "]");
        while (!take(close)) {
            Optional<String> entry = object ? entry() : value();
            if (entry.isEmpty()) {
                return entry;
            }
            json.add(entry.get());
            skipSpace();
            if (peek() != close && !take(',')) {
                return Optional.empty();
            }
        }
        depth--;
        return Optional.of(json.toString());
    }

    private Optional<String> entry() {
        skipSpace();
        return key().filter(key -> take(':')).flatMap(key -> value().map(value -> key + ":" + value));
    }

    /** A number, true, false or nothing, in the words of JSON or Python. */
    private Optional<String> word() {
        int start = at;
        while (at < text.length() && isWordCharacter(text.charAt(at))) {
            at++;
        }
        String word = text.substring(start, at);
        return switch (word) {
            case "true", "True" -> Optional.of("true");
            case "false", "False" -> Optional.of("false");
            case "null", "None" -> Optional.of("null");
            default -> ArgumentTypes.json(word).map(JsonValue::toString);
        };
    }

    private static boolean isWordCharacter(char c) {
        return Character.isLetterOrDigit(c) || c == '_' || c == '.' || c == '-' || c == '+';
    }

    /** A name of a function or an argument, or empty text. */
    final String name() {
        skipSpace();
        int start = at;
        while (at < text.length()
                && (Character.isLetterOrDigit(text.charAt(at)) || "_.-".indexOf(text.charAt(at)) >= 0)) {
            at++;
        }
        return text.substring(start, at);
    }

    final boolean take(char c) {
        skipSpace();
        if (peek() != c) {
            return false;
        }
        at++;
        return true;
    }

    final boolean take(String word) {
        if (!text.startsWith(word, at)) {
            return false;
        }
        at += word.length();
        return true;
    }

    /** The text up to {@code end}, stepping over both. */
    final Optional<String> upTo(String end) {
        int found = text.indexOf(end, at);
        if (found < 0) {
            return Optional.empty();
        }
        String before = text.substring(at, found);
        at = found + end.length();
        return Optional.of(before);
    }

    final void skipSpace() {
        at = Markers.skipSpace(text, at);
    }

    final boolean atEnd() {
        skipSpace();
        return at == text.length();
    }

    /** The next character, or 0 at the end. */
    final char peek() {
        return at < text.length() ? text.charAt(at) : 0;
    }

    /** The character after the next one, or 0. */
    final char peekAfter() {
        return at + 1 < text.length() ? text.charAt(at + 1) : 0;
    }

    /** Up to that many characters from here on. */
    final String ahead(int count) {
        return text.substring(at, Math.min(text.length(), at + count));
    }

    final char next() {
        char c = peek();
        at = Math.min(at + 1, text.length());
        return c;
    }
}
