package io.mlxmanager.chat.parse;

import io.mlxmanager.chat.StreamEvent;
import java.util.List;
import java.util.function.Supplier;

/**
 * Tool calls as JSON between tags: {@code <tool_call>{"name": …, "arguments": …}</tool_call>}. The closing tag may be
 * missing, and a block may hold several objects. White space between text and calls is form, not text. A block that turns
 * out not to be a call before its arguments began is text, tag included; if it breaks off later, the call keeps the
 * arguments that were written and the rest is text.
 */
public final class HermesParser implements StreamParser, JsonCallReader.Listener {

    private static final String OPEN = "<tool_call>";
    private static final String CLOSE = "</tool_call>";

    private enum State {
        TEXT,
        /** After the opening tag, inside the object. */
        CALL,
        /** After the object: the closing tag, another object, or neither. */
        AFTER_CALL
    }

    private final Supplier<String> ids;
    private final Events events = new Events();
    private final StringBuilder buffer = new StringBuilder();
    private State state = State.TEXT;
    private JsonCallReader call = new JsonCallReader(this);

    /** How much of the buffer the reader of the current call has seen. */
    private int read;

    /** White space before the opening tag in the buffer, which belongs to the text if there is no call. */
    private String spaceBefore = "";

    /** What stands for the opening tag if there is no call. */
    private String opening = "";

    private boolean afterBlock;
    private int calls;

    /** @param ids makes the id of each call, for example {@link CallIds} */
    public HermesParser(Supplier<String> ids) {
        this.ids = ids;
    }

    @Override
    public List<StreamEvent> accept(String text) {
        buffer.append(text);
        run();
        return events.drain();
    }

    @Override
    public List<StreamEvent> finish() {
        while (state == State.CALL) {
            breakOff();
            run();
        }
        if (state == State.AFTER_CALL || afterBlock) {
            buffer.delete(0, Markers.skipSpace(buffer, 0));
        }
        events.content(buffer);
        buffer.setLength(0);
        return events.drain();
    }

    @Override
    public void name(String name) {
        spaceBefore = "";
        opening = "";
        events.started(calls, ids.get(), name);
        calls++;
    }

    @Override
    public void arguments(CharSequence fragment) {
        events.arguments(calls - 1, fragment);
    }

    private void run() {
        boolean moved = true;
        while (moved) {
            moved = switch (state) {
                case TEXT -> text();
                case CALL -> call();
                case AFTER_CALL -> afterCall();
            };
        }
    }

    private boolean text() {
        if (afterBlock) {
            buffer.delete(0, Markers.skipSpace(buffer, 0));
            afterBlock = buffer.length() == 0;
        }
        int marker = Markers.find(buffer, OPEN);
        int certain = marker >= 0 ? marker : buffer.length() - Markers.heldBack(buffer, OPEN);
        int end = Markers.trimmedEnd(buffer.subSequence(0, certain));
        events.content(buffer.substring(0, end));
        if (marker < 0) {
            buffer.delete(0, end);
            return false;
        }
        spaceBefore = buffer.substring(end, marker);
        opening = buffer.substring(marker, marker + OPEN.length());
        buffer.delete(0, marker + OPEN.length());
        beginCall();
        return true;
    }

    private void beginCall() {
        call = new JsonCallReader(this);
        read = 0;
        state = State.CALL;
    }

    private boolean call() {
        while (read < buffer.length()) {
            JsonCallReader.Status status = call.step(buffer.charAt(read));
            if (status == JsonCallReader.Status.BROKEN) {
                breakOff();
                return true;
            }
            read++;
            if (status == JsonCallReader.Status.COMPLETE) {
                buffer.delete(0, read);
                state = State.AFTER_CALL;
                return true;
            }
        }
        return false;
    }

    /** Gives up the block: what was not taken as part of a call is text again and is searched for the next one. */
    private void breakOff() {
        if (call.hasStarted()) {
            buffer.delete(0, read);
        } else {
            events.content(spaceBefore);
            events.content(opening);
        }
        state = State.TEXT;
        afterBlock = false;
    }

    private boolean afterCall() {
        int start = Markers.skipSpace(buffer, 0);
        if (start == buffer.length() || Markers.mayBecome(buffer, start, CLOSE)) {
            return false;
        }
        if (buffer.charAt(start) == '{') {
            spaceBefore = "";
            opening = "";
            buffer.delete(0, start);
            beginCall();
            return true;
        }
        if (Markers.isAt(buffer, start, CLOSE)) {
            buffer.delete(0, start + CLOSE.length());
        }
        state = State.TEXT;
        afterBlock = true;
        return true;
    }
}
