package io.mlxmanager.chat.parse;

import io.mlxmanager.chat.StreamEvent;
import io.mlxmanager.chat.StreamEvent.Content;
import io.mlxmanager.chat.StreamEvent.Reasoning;
import io.mlxmanager.chat.StreamEvent.ToolCallArguments;
import io.mlxmanager.chat.StreamEvent.ToolCallStarted;
import java.util.ArrayList;
import java.util.List;

/** The events of one call of a parser; neighbours of the same kind are joined, empty texts vanish. */
final class Events {

    private enum Kind {
        NONE,
        CONTENT,
        REASONING,
        ARGUMENTS
    }

    private final List<StreamEvent> done = new ArrayList<>();
    private final StringBuilder open = new StringBuilder();
    private Kind kind = Kind.NONE;
    private int index;

    void content(CharSequence text) {
        append(Kind.CONTENT, 0, text);
    }

    void reasoning(CharSequence text) {
        append(Kind.REASONING, 0, text);
    }

    void started(int callIndex, String id, String name) {
        close();
        done.add(new ToolCallStarted(callIndex, id, name));
    }

    void arguments(int callIndex, CharSequence text) {
        append(Kind.ARGUMENTS, callIndex, text);
    }

    /** Takes over events that another parser made. */
    void addAll(List<StreamEvent> events) {
        close();
        done.addAll(events);
    }

    /** The events since the last drain, in order. */
    List<StreamEvent> drain() {
        close();
        List<StreamEvent> result = List.copyOf(done);
        done.clear();
        return result;
    }

    private void append(Kind newKind, int newIndex, CharSequence text) {
        if (text.length() == 0) {
            return;
        }
        if (kind != newKind || index != newIndex) {
            close();
            kind = newKind;
            index = newIndex;
        }
        open.append(text);
    }

    private void close() {
        switch (kind) {
            case NONE -> {}
            case CONTENT -> done.add(new Content(open.toString()));
            case REASONING -> done.add(new Reasoning(open.toString()));
            case ARGUMENTS -> done.add(new ToolCallArguments(index, open.toString()));
        }
        open.setLength(0);
        kind = Kind.NONE;
    }
}
