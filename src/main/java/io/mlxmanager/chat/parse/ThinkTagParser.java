package io.mlxmanager.chat.parse;

import io.mlxmanager.chat.StreamEvent;
import java.util.List;

/**
 * Tells thinking from the answer by tags such as {@code <think>…</think>}. Tags count at the beginning of the text and right
 * after a closed block; further on they are part of the answer, because an answer may well talk about them. White space
 * around the thinking and line breaks after it belong to the form, not to the text. A block that is never closed is
 * thinking to its end.
 */
public final class ThinkTagParser implements ThinkingParser {

    private enum State {
        /** Nothing but white space so far: a tag may follow. */
        BEFORE,
        INSIDE,
        ANSWER
    }

    private final List<ThinkTag> tags;
    private final Events events = new Events();
    private final StringBuilder buffer = new StringBuilder();
    private State state;
    private ThinkTag tag;
    private boolean blockHasText;
    private boolean thoughtBefore;
    private boolean closedBefore;

    private ThinkTagParser(List<ThinkTag> tags, State state) {
        if (tags.isEmpty()) {
            throw new IllegalArgumentException("no thinking tags");
        }
        this.tags = List.copyOf(tags);
        this.state = state;
        this.tag = tags.get(0);
    }

    /** For an answer that has to open its thinking itself, with any of these tags. */
    public static ThinkTagParser closedAtStart(List<ThinkTag> tags) {
        return new ThinkTagParser(tags, State.BEFORE);
    }

    /** For an answer whose prompt ended with the opening of {@code tag}. */
    public static ThinkTagParser openAtStart(ThinkTag tag) {
        return new ThinkTagParser(List.of(tag), State.INSIDE);
    }

    @Override
    public boolean isThinking() {
        return state == State.INSIDE;
    }

    @Override
    public List<StreamEvent> accept(String text) {
        buffer.append(text);
        boolean moved = true;
        while (moved) {
            moved = switch (state) {
                case BEFORE -> lookForOpening();
                case INSIDE -> think();
                case ANSWER -> answer();
            };
        }
        return events.drain();
    }

    @Override
    public List<StreamEvent> finish() {
        switch (state) {
            case BEFORE -> events.content(answerStart());
            case INSIDE -> reason(buffer.length());
            case ANSWER -> events.content(buffer);
        }
        buffer.setLength(0);
        return events.drain();
    }

    private boolean lookForOpening() {
        int start = Markers.skipSpace(buffer, 0);
        for (ThinkTag candidate : tags) {
            if (Markers.isAt(buffer, start, candidate.open())) {
                open(candidate, start);
                return true;
            }
        }
        for (ThinkTag candidate : tags) {
            if (Markers.mayBecome(buffer, start, candidate.open())) {
                return false;
            }
        }
        buffer.delete(0, buffer.length() - answerStart().length());
        state = State.ANSWER;
        return true;
    }

    private void open(ThinkTag candidate, int start) {
        tag = candidate;
        buffer.delete(0, start + candidate.open().length());
        state = State.INSIDE;
        blockHasText = false;
    }

    private boolean think() {
        if (!blockHasText && !beginBlock()) {
            return false;
        }
        int close = Markers.find(buffer, tag.close());
        if (close >= 0) {
            reason(Markers.trimmedEnd(buffer.subSequence(0, close)));
            buffer.delete(0, Markers.find(buffer, tag.close()) + tag.close().length());
            state = State.BEFORE;
            closedBefore = true;
            return true;
        }
        int certain = buffer.length() - Markers.heldBack(buffer, tag.close());
        int end = Markers.trimmedEnd(buffer.subSequence(0, certain));
        reason(end);
        return false;
    }

    /** Skips white space and a repeated opening tag at the start of a block; false while more text is needed. */
    private boolean beginBlock() {
        buffer.delete(0, Markers.skipSpace(buffer, 0));
        if (Markers.isAt(buffer, 0, tag.open())) {
            buffer.delete(0, tag.open().length());
            return beginBlock();
        }
        return !Markers.mayBecome(buffer, 0, tag.open());
    }

    private void reason(int end) {
        if (end > 0) {
            if (!blockHasText && thoughtBefore) {
                events.reasoning("\n\n");
            }
            events.reasoning(buffer.substring(0, end));
            buffer.delete(0, end);
            blockHasText = true;
            thoughtBefore = true;
        }
    }

    private boolean answer() {
        events.content(buffer);
        buffer.setLength(0);
        return false;
    }

    /** The buffer as the beginning of the answer: the line breaks after a closed block are not part of it. */
    private String answerStart() {
        int i = 0;
        while (closedBefore && i < buffer.length() && (buffer.charAt(i) == '\n' || buffer.charAt(i) == '\r')) {
            i++;
        }
        return buffer.substring(i);
    }
}
