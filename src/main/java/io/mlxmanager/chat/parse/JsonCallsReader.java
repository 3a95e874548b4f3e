package io.mlxmanager.chat.parse;

/**
 * Calls as JSON objects, one or several, in a list or not, up to a closing marker if the format has one; white space, commas
 * and semicolons may stand between them. The closing marker may be missing.
 */
final class JsonCallsReader implements CallReader {

    private enum State {
        /** Before a call or the list. */
        BEFORE,
        CALL,
        AFTER_CALL,
        AFTER_LIST
    }

    private final JsonCallStyle style;
    private final CallSink sink;
    private final String close;
    private final StringBuilder closing = new StringBuilder();
    private State state = State.BEFORE;
    private JsonCallReader call;
    private boolean inList;
    private boolean any;

    /** @param close the closing marker; empty if there is none */
    JsonCallsReader(JsonCallStyle style, String close, CallSink sink) {
        this.style = style;
        this.close = close;
        this.sink = sink;
    }

    @Override
    public Status step(char c) {
        return switch (state) {
            case BEFORE -> before(c);
            case CALL -> call(c);
            case AFTER_CALL -> closing.length() > 0 ? close(c) : afterCall(c);
            case AFTER_LIST -> closing.length() > 0 || !isSpace(c) ? close(c) : Status.READING;
        };
    }

    @Override
    public Status end() {
        boolean complete = any && state != State.CALL;
        return !complete ? Status.BROKEN : closing.length() > 0 ? Status.LEFT : Status.CLOSED;
    }

    private Status before(char c) {
        if (c == '[' && !inList && !any) {
            inList = true;
            return Status.READING;
        }
        if (c == '{') {
            call = new JsonCallReader(style, sink);
            state = State.CALL;
            return call(c);
        }
        return isSpace(c) ? Status.READING : any ? Status.LEFT : Status.BROKEN;
    }

    private Status call(char c) {
        return switch (call.step(c)) {
            case READING -> Status.READING;
            case BROKEN -> Status.BROKEN;
            case COMPLETE -> {
                any = true;
                sink.ended();
                state = State.AFTER_CALL;
                yield Status.READING;
            }
        };
    }

    private Status afterCall(char c) {
        if (c == '{') {
            return before(c);
        }
        if (c == ',' || c == ';') {
            state = State.BEFORE;
            return Status.READING;
        }
        if (c == ']' && inList) {
            state = State.AFTER_LIST;
            return close.isEmpty() ? Status.CLOSED : Status.READING;
        }
        return isSpace(c) ? Status.READING : close(c);
    }

    private Status close(char c) {
        closing.append(c);
        if (Markers.isAt(closing, 0, close) && !close.isEmpty()) {
            return Status.CLOSED;
        }
        return Markers.mayBecome(closing, 0, close) ? Status.READING : Status.LEFT;
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c == '\n' || c == '\r' || c == '\t';
    }
}
