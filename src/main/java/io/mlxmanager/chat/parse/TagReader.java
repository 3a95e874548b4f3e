package io.mlxmanager.chat.parse;

import io.mlxmanager.chat.parse.TagForm.Start;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Follows calls whose arguments are bare text between tags and makes JSON of them. A value that is declared as text is passed
 * on as it is read, any other when it is complete. Tags at the end may be missing.
 */
final class TagReader implements CallReader {

    private enum State {
        /** Before a call. */
        FIRST,
        /** In a call, before an argument. */
        NEXT,
        VALUE
    }

    private final TagForm form;
    private final ArgumentTypes types;
    private final CallSink sink;
    private final PatternMatch between = new PatternMatch();
    private final List<Pattern> firstOrEnd;
    private final List<Pattern> nextPatterns;
    private State state = State.FIRST;
    private boolean anyCall;
    private String name = "";
    private boolean anyArgument;
    private ValueText value;

    TagReader(TagForm form, ArgumentTypes types, CallSink sink) {
        this.form = form;
        this.types = types;
        this.sink = sink;
        List<Pattern> first = new ArrayList<>(patterns(form.first()));
        first.addAll(form.blockEnd());
        this.firstOrEnd = List.copyOf(first);
        this.nextPatterns = patterns(form.next());
    }

    private static List<Pattern> patterns(List<Start> starts) {
        return starts.stream().map(Start::pattern).toList();
    }

    @Override
    public Status step(char c) {
        if (state == State.VALUE) {
            return value(c);
        }
        between.add(c);
        return state == State.FIRST ? first() : next();
    }

    @Override
    public Status end() {
        return switch (state) {
            case FIRST -> !anyCall ? Status.BROKEN : between.isBlank() ? Status.CLOSED : Status.LEFT;
            case NEXT -> {
                completeCall();
                yield between.isBlank() ? Status.CLOSED : Status.LEFT;
            }
            case VALUE -> {
                sink.missing(value.rest());
                yield Status.CLOSED;
            }
        };
    }

    private Status first() {
        if (anyCall && between.whole(form.blockEnd()).isPresent()) {
            return Status.CLOSED;
        }
        Optional<Status> started = start(form.first());
        if (started.isPresent()) {
            return started.get();
        }
        return between.mayMatch(firstOrEnd) ? Status.READING : anyCall ? Status.LEFT : Status.BROKEN;
    }

    private Status next() {
        Optional<Status> started = start(form.next());
        if (started.isPresent() || between.mayMatch(nextPatterns)) {
            return started.orElse(Status.READING);
        }
        completeCall();
        return Status.LEFT;
    }

    /** Goes on when what has been read is the start of a value or the end of a call. */
    private Optional<Status> start(List<Start> starts) {
        for (Start start : starts) {
            Optional<Matcher> match = between.whole(List.of(start.pattern()));
            if (match.isPresent()) {
                if (state == State.FIRST) {
                    beginCall(match.get().group("name"));
                }
                between.clear();
                return Optional.of(start.endsCall() ? endCall() : beginValue(start, match.get()));
            }
        }
        return Optional.empty();
    }

    private void beginCall(String called) {
        name = called;
        anyArgument = false;
        sink.call(name);
    }

    private Status endCall() {
        sink.arguments(anyArgument ? "}" : "{}");
        anyCall = true;
        state = State.FIRST;
        return form.holdsSeveral() ? Status.READING : Status.CLOSED;
    }

    private void completeCall() {
        sink.missing(anyArgument ? "}" : "{}");
    }

    private Status beginValue(Start start, Matcher match) {
        String key = match.group("key").strip();
        boolean text = start.tellsText() ? "true".equals(match.group("text")) : types.isText(name, key);
        StringBuilder before = new StringBuilder(anyArgument ? "," : "{");
        ValueText.appendString(key, before);
        sink.arguments(before.append(':'));
        anyArgument = true;
        boolean json = start.tellsText() && !text;
        value = new ValueText(
                start.close(match),
                text,
                form.breaksAreForm(),
                whole -> json ? ArgumentTypes.jsonOrText(whole) : types.value(name, key, whole));
        state = State.VALUE;
        return Status.READING;
    }

    private Status value(char c) {
        value.add(c);
        StringBuilder certain = value.take();
        if (certain.length() > 0) {
            sink.arguments(certain);
        }
        if (value.isClosed()) {
            state = State.NEXT;
        }
        return Status.READING;
    }
}
