package io.mlxmanager.chat.parse;

import jakarta.json.JsonValue;
import java.util.function.Function;

/** The bare text of one value up to what closes it, becoming JSON. */
final class ValueText {

    private final String close;
    private final boolean text;
    private final boolean breaksAreForm;
    private final Function<String, JsonValue> reading;
    private final StringBuilder held = new StringBuilder();
    private final StringBuilder certain = new StringBuilder();
    private boolean begun;
    private boolean closed;

    /**
     * @param text whether the value is a string whatever it looks like, so that it need not be complete to be passed on
     * @param breaksAreForm whether one line break at either end does not count
     * @param reading what a complete value that is not text means
     */
    ValueText(String close, boolean text, boolean breaksAreForm, Function<String, JsonValue> reading) {
        this.close = close;
        this.text = text;
        this.breaksAreForm = breaksAreForm;
        this.reading = reading;
        if (text) {
            certain.append('"');
        }
    }

    void add(char c) {
        if (!begun) {
            begun = true;
            if (breaksAreForm && c == '\n') {
                return;
            }
        }
        held.append(c);
        int end = held.length() - close.length();
        if (end >= 0 && held.indexOf(close, end) == end) {
            held.setLength(end);
            close();
        } else if (text) {
            release(held.length() - heldBack());
        }
    }

    boolean isClosed() {
        return closed;
    }

    /** The JSON text that is certain and was not taken before. */
    StringBuilder take() {
        StringBuilder taken = new StringBuilder(certain);
        certain.setLength(0);
        return taken;
    }

    /** What was held back of a value that nothing closes. */
    String rest() {
        if (text) {
            release(held.length());
            return take().toString();
        }
        return held.toString();
    }

    private void close() {
        closed = true;
        if (breaksAreForm && held.length() > 0 && held.charAt(held.length() - 1) == '\n') {
            held.setLength(held.length() - 1);
        }
        if (text) {
            release(held.length());
            certain.append('"');
        } else {
            certain.append(reading.apply(held.toString()));
        }
    }

    /** The end of the text that may turn out to close the value, the line break before it included. */
    private int heldBack() {
        int back = Markers.heldBack(held, close);
        int before = held.length() - back;
        return breaksAreForm && before > 0 && held.charAt(before - 1) == '\n' ? back + 1 : back;
    }

    private void release(int count) {
        for (int i = 0; i < count; i++) {
            JsonScanner.appendEscaped(held.charAt(i), certain);
        }
        held.delete(0, count);
    }

    static void appendString(String value, StringBuilder to) {
        to.append('"');
        for (int i = 0; i < value.length(); i++) {
            JsonScanner.appendEscaped(value.charAt(i), to);
        }
        to.append('"');
    }
}
