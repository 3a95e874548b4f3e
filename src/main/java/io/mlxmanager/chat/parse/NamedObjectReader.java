package io.mlxmanager.chat.parse;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One call as a name, a JSON object, and something that closes both; the object is passed on as it is read. */
final class NamedObjectReader implements CallReader {

    /**
     * What stands around the object.
     *
     * @param heads before it, with a group {@code name}
     * @param tails after it; none when nothing closes a call. At the end of the answer they may be missing
     * @param empties the whole of a call without arguments, with a group {@code name}
     */
    record Frame(List<Pattern> heads, List<Pattern> tails, List<Pattern> empties) {

        /** @param close pattern of what closes the call; empty if nothing does */
        static Frame of(String head, String close) {
            List<Pattern> empties = close.isEmpty() ? List.of() : List.of(Pattern.compile(head + close));
            List<Pattern> tails = close.isEmpty() ? List.of() : List.of(Pattern.compile(close));
            return new Frame(List.of(Pattern.compile(head)), tails, empties);
        }
    }

    private enum State {
        HEAD,
        OBJECT,
        TAIL
    }

    private final Frame frame;
    private final CallSink sink;
    private final PatternMatch around = new PatternMatch();
    private final JsonScanner scanner = new JsonScanner();
    private final StringBuilder passed = new StringBuilder();
    private State state = State.HEAD;

    NamedObjectReader(Frame frame, CallSink sink) {
        this.frame = frame;
        this.sink = sink;
    }

    @Override
    public Status step(char c) {
        return switch (state) {
            case HEAD -> head(c);
            case OBJECT -> object(c);
            case TAIL -> tail(c);
        };
    }

    @Override
    public Status end() {
        return switch (state) {
            case HEAD -> {
                Optional<Matcher> head = around.whole(frame.heads());
                head.ifPresent(this::callWithoutArguments);
                yield head.isPresent() ? Status.CLOSED : Status.BROKEN;
            }
            case OBJECT -> Status.BROKEN;
            case TAIL -> around.isBlank() ? Status.CLOSED : Status.LEFT;
        };
    }

    private Status head(char c) {
        if (c == '{') {
            Optional<Matcher> head = around.whole(frame.heads());
            if (head.isPresent()) {
                sink.call(head.get().group("name"));
                state = State.OBJECT;
                return object(c);
            }
        }
        around.add(c);
        Optional<Matcher> empty = around.whole(frame.empties());
        if (empty.isPresent()) {
            callWithoutArguments(empty.get());
            return Status.CLOSED;
        }
        return around.mayMatch(frame.heads()) || around.mayMatch(frame.empties()) ? Status.READING : Status.BROKEN;
    }

    private void callWithoutArguments(Matcher head) {
        sink.call(head.group("name"));
        sink.arguments("{}");
    }

    private Status object(char c) {
        JsonScanner.Step step = scanner.step(c, passed);
        if (step == JsonScanner.Step.BROKEN) {
            return Status.BROKEN;
        }
        if (passed.length() > 0) {
            sink.arguments(passed);
            passed.setLength(0);
        }
        if (step == JsonScanner.Step.MORE) {
            return Status.READING;
        }
        state = State.TAIL;
        around.clear();
        return frame.tails().isEmpty() ? Status.CLOSED : Status.READING;
    }

    private Status tail(char c) {
        around.add(c);
        if (around.whole(frame.tails()).isPresent()) {
            return Status.CLOSED;
        }
        return around.mayMatch(frame.tails()) ? Status.READING : Status.LEFT;
    }
}
