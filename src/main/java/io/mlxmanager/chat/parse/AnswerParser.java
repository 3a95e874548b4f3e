package io.mlxmanager.chat.parse;

import io.mlxmanager.chat.StreamEvent;
import io.mlxmanager.chat.StreamEvent.Content;
import io.mlxmanager.chat.StreamEvent.ToolCallStarted;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The parser for a whole answer: thinking is taken out first, and what is not thinking goes on to the parser for tool calls.
 * Either may be missing.
 */
public final class AnswerParser implements ThinkingParser {

    private final Optional<? extends ThinkingParser> thinking;
    private final Optional<StreamParser> tools;
    private final boolean parallelCalls;
    private boolean complete;

    /** A parser that lets an answer call as many tools as it likes. */
    public AnswerParser(Optional<? extends ThinkingParser> thinking, Optional<StreamParser> tools) {
        this(thinking, tools, true);
    }

    /** @param parallelCalls whether an answer may call several tools; else nothing of it counts from the second call on */
    public AnswerParser(
            Optional<? extends ThinkingParser> thinking, Optional<StreamParser> tools, boolean parallelCalls) {
        this.thinking = thinking;
        this.tools = tools;
        this.parallelCalls = parallelCalls;
    }

    /** Whether nothing that follows would count. */
    public boolean isComplete() {
        return complete;
    }

    @Override
    public boolean isThinking() {
        return thinking.isPresent() && thinking.get().isThinking();
    }

    @Override
    public List<StreamEvent> accept(String text) {
        return counting(
                thinking.isEmpty() ? answer(text) : passOn(thinking.get().accept(text)));
    }

    @Override
    public List<StreamEvent> finish() {
        List<StreamEvent> events = new ArrayList<>();
        thinking.ifPresent(parser -> events.addAll(passOn(parser.finish())));
        tools.ifPresent(parser -> events.addAll(parser.finish()));
        return counting(events);
    }

    private List<StreamEvent> counting(List<StreamEvent> events) {
        if (parallelCalls) {
            return events;
        }
        List<StreamEvent> counted = new ArrayList<>();
        for (StreamEvent event : events) {
            complete |= event instanceof ToolCallStarted call && call.index() > 0;
            if (!complete) {
                counted.add(event);
            }
        }
        return counted;
    }

    private List<StreamEvent> passOn(List<StreamEvent> events) {
        List<StreamEvent> passed = new ArrayList<>();
        for (StreamEvent event : events) {
            if (event instanceof Content content) {
                passed.addAll(answer(content.text()));
            } else {
                passed.add(event);
            }
        }
        return passed;
    }

    private List<StreamEvent> answer(String text) {
        if (text.isEmpty()) {
            return List.of();
        }
        return tools.isPresent() ? tools.get().accept(text) : List.of(new Content(text));
    }
}
