package io.mlxmanager.chat.parse;

import io.mlxmanager.chat.StreamEvent;
import io.mlxmanager.chat.Tool;
import java.util.List;
import java.util.function.Supplier;

/**
 * Finds tool calls in an answer by their opening markers and has a {@link CallReader} follow each. White space between text
 * and calls is form, not text. What follows a marker and turns out not to be a call is text, marker included, and is searched
 * again; if it breaks off after its name was given out, the call keeps the arguments that were written and the rest is text.
 */
public final class ToolCallParser implements StreamParser, CallSink {

    private final List<CallForm> forms;
    private final List<String> markers;
    private final List<Tool> tools;
    private final Supplier<String> ids;
    private final Events events = new Events();
    private final StringBuilder buffer = new StringBuilder();

    /** Of the block that is being read; null in text. */
    private CallReader reader;

    /** How much of the buffer the reader has seen. */
    private int read;

    /** How much of the buffer is part of calls for certain. */
    private int taken;

    /** White space and marker as they were written, which are text if there is no call. */
    private String opening = "";

    /** Whether nothing but white space has come, so that the whole answer may be a call. */
    private boolean atStart = true;

    private boolean afterBlock;
    private int calls;

    /**
     * A parser for one answer.
     *
     * @param forms in which calls may stand
     * @param tools that were offered
     * @param ids makes the id of each call, for example {@link CallIds}
     */
    public ToolCallParser(List<CallForm> forms, List<Tool> tools, Supplier<String> ids) {
        this.forms = List.copyOf(forms);
        this.markers = this.forms.stream()
                .filter(form -> !form.isBare())
                .map(CallForm::opening)
                .toList();
        this.tools = List.copyOf(tools);
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
        while (reader != null) {
            taken = 0;
            CallReader.Status status = reader.end();
            if (status == CallReader.Status.CLOSED) {
                taken = buffer.length();
            }
            leave(status);
            run();
        }
        if (afterBlock) {
            skipSpace();
        }
        events.content(buffer);
        buffer.setLength(0);
        return events.drain();
    }

    @Override
    public void call(String name) {
        opening = "";
        taken = read + 1;
        events.started(calls, ids.get(), name);
        calls++;
    }

    @Override
    public void arguments(CharSequence fragment) {
        taken = read + 1;
        events.arguments(calls - 1, fragment);
    }

    @Override
    public void ended() {
        taken = read + 1;
    }

    @Override
    public void missing(CharSequence fragment) {
        events.arguments(calls - 1, fragment);
    }

    private void run() {
        boolean moved = true;
        while (moved) {
            moved = reader == null ? text() : block();
        }
    }

    private boolean text() {
        if (afterBlock) {
            skipSpace();
            afterBlock = buffer.length() == 0;
        }
        if (atStart && startsBare()) {
            return true;
        }
        CallForm next = null;
        int marker = buffer.length();
        for (CallForm form : forms) {
            int at = form.isBare() ? -1 : Markers.find(buffer, form.opening());
            if (at >= 0 && at < marker) {
                next = form;
                marker = at;
            }
        }
        int certain = next != null ? marker : buffer.length() - Markers.heldBack(buffer, markers);
        int end = Markers.trimmedEnd(buffer.subSequence(0, certain));
        events.content(buffer.substring(0, end));
        atStart &= end == 0;
        if (next == null) {
            buffer.delete(0, end);
            return false;
        }
        begin(next, end, marker + next.opening().length());
        return true;
    }

    /** Whether the answer begins like a call in plain JSON. */
    private boolean startsBare() {
        int start = Markers.skipSpace(buffer, 0);
        if (start == buffer.length()) {
            return false;
        }
        char first = buffer.charAt(start);
        if (first == '{' || first == '[') {
            for (CallForm form : forms) {
                if (form.isBare()) {
                    begin(form, 0, start);
                    return true;
                }
            }
        }
        return false;
    }

    private void begin(CallForm form, int from, int to) {
        opening = buffer.substring(from, to);
        buffer.delete(0, to);
        read = 0;
        taken = 0;
        atStart = false;
        reader = form.body().reader(tools, this);
    }

    private boolean block() {
        while (read < buffer.length()) {
            CallReader.Status status = reader.step(buffer.charAt(read));
            read++;
            if (status == CallReader.Status.CLOSED) {
                taken = read;
            }
            if (status != CallReader.Status.READING) {
                leave(status);
                return true;
            }
        }
        buffer.delete(0, taken);
        read -= taken;
        taken = 0;
        return false;
    }

    private void leave(CallReader.Status status) {
        if (status == CallReader.Status.BROKEN) {
            events.content(opening);
        }
        buffer.delete(0, taken);
        reader = null;
        opening = "";
        read = 0;
        taken = 0;
        afterBlock = status != CallReader.Status.BROKEN;
    }

    private void skipSpace() {
        buffer.delete(0, Markers.skipSpace(buffer, 0));
    }
}
