package io.mlxmanager.chat.parse;

import io.mlxmanager.chat.StreamEvent;
import io.mlxmanager.chat.Tool;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The answers of gpt-oss: messages with a header each, {@code <|channel|>analysis<|message|>…<|end|>}. Analysis is thinking,
 * what is addressed to a function is a call, and everything else is the answer. Messages of one kind are joined by an empty
 * line. Text without a header is the answer; a header that the answer breaks off in is form, not text.
 */
public final class HarmonyParser implements ThinkingParser {

    private static final String FUNCTIONS = "functions.";
    private static final List<Pattern> HEADER =
            List.of(Pattern.compile("\\s*(?:<\\|start\\|>[\\w.:-]*)?(?:\\s*to=(?<to>[^\\s<]+))?\\s*"
                    + "(?:<\\|channel\\|>\\s*(?<channel>\\w+)(?:\\s+to=(?<recipient>[^\\s<]+))?[^<]*)?"
                    + "(?:<\\|constrain\\|>[^<]*)?<\\|message\\|>"));

    /** What ends a message; the last two begin the next header at the same time. */
    private static final List<String> ENDS = List.of("<|end|>", "<|return|>", "<|call|>", "<|start|>", "<|channel|>");

    private enum Kind {
        HEADER,
        REASONING,
        CONTENT,
        /** Addressed to a function; whether it is a call is seen by its first character. */
        CALL
    }

    private final List<Tool> tools;
    private final Supplier<String> ids;
    private final Events events = new Events();
    private final StringBuilder buffer = new StringBuilder();
    private final PatternMatch header = new PatternMatch();
    private final StringBuilder passed = new StringBuilder();
    private Kind kind = Kind.HEADER;
    private int headerRead;
    private boolean reasoned;
    private boolean answered;
    private boolean fresh;
    private String callee = "";
    private Kind otherwise = Kind.CONTENT;
    private JsonScanner arguments;
    private int calls;

    /**
     * A parser for one answer.
     *
     * @param prompt that the answer follows; it may end inside a header or a message
     * @param tools that were offered; without them nothing is a call
     * @param ids makes the id of each call, for example {@link CallIds}
     */
    public HarmonyParser(String prompt, List<Tool> tools, Supplier<String> ids) {
        this.tools = List.copyOf(tools);
        this.ids = ids;
        int start = prompt.lastIndexOf("<|start|>assistant");
        buffer.append(start < 0 ? "" : prompt.substring(start));
        run();
    }

    @Override
    public boolean isThinking() {
        return kind == Kind.REASONING;
    }

    @Override
    public List<StreamEvent> accept(String text) {
        buffer.append(text);
        run();
        return events.drain();
    }

    @Override
    public List<StreamEvent> finish() {
        if (kind != Kind.HEADER) {
            body(buffer.length());
            endMessage();
        } else if (buffer.indexOf("<|") < 0) {
            text(Kind.CONTENT, buffer);
        }
        buffer.setLength(0);
        return events.drain();
    }

    private void run() {
        boolean moved = true;
        while (moved) {
            moved = kind == Kind.HEADER ? header() : message();
        }
    }

    private boolean header() {
        while (headerRead < buffer.length()) {
            header.add(buffer.charAt(headerRead));
            headerRead++;
            Optional<Matcher> whole = header.whole(HEADER);
            if (whole.isPresent()) {
                buffer.delete(0, headerRead);
                begin(whole.get());
                return true;
            }
            if (!header.mayMatch(HEADER)) {
                // A marker in it must not be taken for the beginning of a header again.
                int spoilt = headerRead;
                begin(Kind.CONTENT);
                body(spoilt);
                return true;
            }
        }
        return false;
    }

    private void begin(Matcher found) {
        String to = Optional.ofNullable(found.group("to"))
                .or(() -> Optional.ofNullable(found.group("recipient")))
                .orElse("");
        otherwise = "analysis".equals(found.group("channel")) ? Kind.REASONING : Kind.CONTENT;
        callee = to.startsWith(FUNCTIONS) ? to.substring(FUNCTIONS.length()) : to;
        boolean known = to.startsWith(FUNCTIONS)
                || tools.stream().anyMatch(tool -> tool.name().equals(to));
        begin(known && !tools.isEmpty() && !callee.isEmpty() ? Kind.CALL : otherwise);
    }

    private void begin(Kind next) {
        kind = next;
        fresh = true;
        arguments = null;
        header.clear();
        headerRead = 0;
    }

    private boolean message() {
        int end = buffer.length();
        String mark = "";
        for (String candidate : ENDS) {
            int at = buffer.indexOf(candidate);
            if (at >= 0 && at < end) {
                end = at;
                mark = candidate;
            }
        }
        if (mark.isEmpty()) {
            body(buffer.length() - Markers.heldBack(buffer, ENDS));
            return false;
        }
        body(end);
        endMessage();
        boolean beginsNext = mark.equals("<|start|>") || mark.equals("<|channel|>");
        buffer.delete(0, beginsNext ? 0 : mark.length());
        begin(Kind.HEADER);
        return true;
    }

    private void body(int length) {
        String text = buffer.substring(0, length);
        buffer.delete(0, length);
        if (kind == Kind.CALL) {
            call(text);
        } else {
            text(kind, text);
        }
    }

    private void call(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (fresh && !Character.isWhitespace(c)) {
                fresh = false;
                if (c != '{') {
                    kind = otherwise;
                    fresh = true;
                    text(kind, text.substring(i));
                    return;
                }
                start();
            }
            if (arguments != null && !argument(c)) {
                arguments = null;
                text(otherwise, text.substring(i));
                kind = otherwise;
                return;
            }
        }
    }

    private void start() {
        events.started(calls, ids.get(), callee);
        calls++;
        arguments = new JsonScanner();
    }

    /** Passes a character on; false when it cannot be part of the arguments. */
    private boolean argument(char c) {
        JsonScanner.Step step = arguments.step(c, passed);
        events.arguments(calls - 1, passed);
        passed.setLength(0);
        if (step == JsonScanner.Step.LAST) {
            arguments = null;
        }
        return step != JsonScanner.Step.BROKEN;
    }

    private void endMessage() {
        if (kind == Kind.CALL && fresh) {
            start();
            events.arguments(calls - 1, "{}");
        }
    }

    private void text(Kind as, CharSequence text) {
        if (text.length() == 0) {
            return;
        }
        boolean before = as == Kind.REASONING ? reasoned : answered;
        String gap = fresh && before ? "\n\n" : "";
        fresh = false;
        if (as == Kind.REASONING) {
            reasoned = true;
            events.reasoning(gap + text);
        } else {
            answered = true;
            events.content(gap + text);
        }
    }
}
