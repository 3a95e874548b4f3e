package io.mlxmanager.chat.parse;

import java.util.Locale;

/**
 * Follows one JSON value character by character and says when it ends or stops being JSON. What models like to write instead
 * is repaired on the way: control characters inside strings, backslashes that escape nothing, strings in single quotes, and
 * Python's {@code True}, {@code False} and {@code None}. What is passed on is JSON.
 */
final class JsonScanner {

    /** What a character meant. */
    enum Step {
        /** Part of the value, which goes on. */
        MORE,
        /** The last character of the value. */
        LAST,
        /** Not part of the value, which was complete before it: only numbers end this way. */
        AFTER,
        /** Not JSON. */
        BROKEN
    }

    private enum State {
        VALUE,
        /** After an opening bracket: a value or the closing bracket. */
        FIRST_VALUE,
        /** After an opening brace: a key or the closing brace. */
        FIRST_KEY,
        KEY,
        COLON,
        STRING,
        ESCAPE,
        UNICODE,
        WORD,
        NUMBER,
        /** After a value inside a container. */
        COMMA
    }

    private static final int DEEPEST = 256;

    /** What may follow a backslash. */
    private static final String ESCAPES = "\"\\/bfnrtu";

    private final StringBuilder containers = new StringBuilder();
    private final StringBuilder word = new StringBuilder();
    private State state = State.VALUE;
    private boolean stringIsKey;
    private char quote;
    private int hexDigits;

    /**
     * Takes the next character.
     *
     * @param passed receives the character, repaired where needed, when it is part of the value
     */
    Step step(char c, StringBuilder passed) {
        State before = state;
        Step step = switch (state) {
            case VALUE, FIRST_VALUE -> value(c);
            case FIRST_KEY, KEY -> key(c);
            case COLON -> c == ':' ? go(State.VALUE) : spaceOrBroken(c);
            case STRING -> string(c);
            case ESCAPE -> escape(c);
            case UNICODE -> unicode(c);
            case WORD -> word(c, passed);
            case NUMBER -> number(c);
            case COMMA -> comma(c);
        };
        if (step == Step.MORE || step == Step.LAST) {
            pass(before, c, passed);
        }
        return step;
    }

    private void pass(State before, char c, StringBuilder passed) {
        switch (before) {
            case STRING -> passInString(c, passed);
            case ESCAPE -> passEscaped(c, passed);
            case WORD -> {}
            case VALUE, FIRST_VALUE, FIRST_KEY, KEY -> {
                if (state != State.WORD) {
                    passed.append(c == '\'' ? '"' : c);
                }
            }
            case COLON, UNICODE, NUMBER, COMMA -> passed.append(c);
        }
    }

    private void passInString(char c, StringBuilder passed) {
        if (c == quote) {
            passed.append('"');
        } else if (c != '\\') {
            appendEscaped(c, passed);
        }
    }

    private static void passEscaped(char c, StringBuilder passed) {
        if (c == '\'') {
            passed.append(c);
        } else if (ESCAPES.indexOf(c) >= 0) {
            passed.append('\\').append(c);
        } else {
            passed.append("\\\\");
            appendEscaped(c, passed);
        }
    }

    /** Appends a character as it stands in a JSON string. */
    static void appendEscaped(char c, StringBuilder to) {
        switch (c) {
            case '"' -> to.append("\\\"");
            case '\\' -> to.append("\\\\");
            case '\n' -> to.append("\\n");
            case '\r' -> to.append("\\r");
            case '\t' -> to.append("\\t");
            default -> {
                if (c < 0x20) {
                    to.append(String.format("\\u%04x", (int) c));
                } else {
                    to.append(c);
                }
            }
        }
    }

    private Step value(char c) {
        if (c == ']' && state == State.FIRST_VALUE) {
            return leave();
        }
        switch (c) {
            case '{' -> {
                return enter(c, State.FIRST_KEY);
            }
            case '[' -> {
                return enter(c, State.FIRST_VALUE);
            }
            case '"', '\'' -> {
                stringIsKey = false;
                quote = c;
                return go(State.STRING);
            }
            case 't', 'f', 'n', 'T', 'F', 'N' -> {
                word.setLength(0);
                word.append(c);
                return go(State.WORD);
            }
            default -> {
                if (c == '-' || isDigit(c)) {
                    word.setLength(0);
                    word.append(c);
                    return go(State.NUMBER);
                }
                return spaceOrBroken(c);
            }
        }
    }

    private Step key(char c) {
        if (c == '}' && state == State.FIRST_KEY) {
            return leave();
        }
        if (c == '"' || c == '\'') {
            stringIsKey = true;
            quote = c;
            return go(State.STRING);
        }
        return spaceOrBroken(c);
    }

    private Step string(char c) {
        if (c == '\\') {
            return go(State.ESCAPE);
        }
        if (c != quote) {
            return Step.MORE;
        }
        return stringIsKey ? go(State.COLON) : valueEnded();
    }

    private Step escape(char c) {
        if (c == 'u') {
            hexDigits = 0;
            return go(State.UNICODE);
        }
        return go(State.STRING);
    }

    private Step unicode(char c) {
        if (Character.digit(c, 16) < 0 || c > 'f') {
            return Step.BROKEN;
        }
        hexDigits++;
        return hexDigits == 4 ? go(State.STRING) : Step.MORE;
    }

    private Step word(char c, StringBuilder passed) {
        word.append(c);
        String whole = switch (word.charAt(0)) {
            case 't' -> "true";
            case 'f' -> "false";
            case 'n' -> "null";
            case 'T' -> "True";
            case 'F' -> "False";
            default -> "None";
        };
        if (!whole.startsWith(word.toString())) {
            return Step.BROKEN;
        }
        if (word.length() < whole.length()) {
            return Step.MORE;
        }
        passed.append(whole.equals("None") ? "null" : whole.toLowerCase(Locale.ROOT));
        return valueEnded();
    }

    private Step number(char c) {
        if (isDigit(c) || "+-.eE".indexOf(c) >= 0) {
            word.append(c);
            return word.length() > 400 ? Step.BROKEN : Step.MORE;
        }
        if (!word.toString().matches("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?")) {
            return Step.BROKEN;
        }
        if (containers.length() == 0) {
            return Step.AFTER;
        }
        state = State.COMMA;
        return comma(c);
    }

    private Step comma(char c) {
        boolean inObject = containers.charAt(containers.length() - 1) == '{';
        if (c == ',') {
            return go(inObject ? State.KEY : State.VALUE);
        }
        return c == (inObject ? '}' : ']') ? leave() : spaceOrBroken(c);
    }

    private Step enter(char bracket, State next) {
        if (containers.length() == DEEPEST) {
            return Step.BROKEN;
        }
        containers.append(bracket);
        return go(next);
    }

    private Step leave() {
        containers.setLength(containers.length() - 1);
        return valueEnded();
    }

    private Step valueEnded() {
        if (containers.length() == 0) {
            state = State.VALUE;
            return Step.LAST;
        }
        return go(State.COMMA);
    }

    private Step go(State next) {
        state = next;
        return Step.MORE;
    }

    private static Step spaceOrBroken(char c) {
        return c == ' ' || c == '\n' || c == '\r' || c == '\t' ? Step.MORE : Step.BROKEN;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
