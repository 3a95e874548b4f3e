package io.mlxmanager.chat.parse;

import io.mlxmanager.chat.Tool;
import java.util.List;
import java.util.Objects;

/**
 * One way in which tool calls stand in an answer: how they are introduced, and what reads what follows. Immutable.
 *
 * @param opening the marker before calls; empty when the answer itself is nothing but calls in JSON
 * @param body what follows the marker
 */
public record CallForm(String opening, Body body) {

    /** What follows an opening marker. */
    @FunctionalInterface
    public interface Body {
        /** A reader for one block; the tools say what kind of value bare text is. */
        CallReader reader(List<Tool> tools, CallSink sink);
    }

    public CallForm {
        Objects.requireNonNull(opening, "opening");
        Objects.requireNonNull(body, "body");
    }

    /** Several bodies after one marker; whichever first turns out to be a call wins. */
    public static CallForm after(String opening, Body... bodies) {
        if (bodies.length == 1) {
            return new CallForm(opening, bodies[0]);
        }
        List<Body> all = List.of(bodies);
        return new CallForm(opening, (tools, sink) -> new AlternativeReader(all, tools, sink));
    }

    /** A marker that stands around calls or text and means nothing by itself. */
    public static CallForm silent(String marker) {
        return new CallForm(marker, (tools, sink) -> new SilentReader());
    }

    boolean isBare() {
        return opening.isEmpty();
    }

    /** Reads nothing. */
    private static final class SilentReader implements CallReader {

        @Override
        public Status step(char c) {
            return Status.LEFT;
        }

        @Override
        public Status end() {
            return Status.LEFT;
        }
    }
}
