package io.mlxmanager.chat.parse;

import io.mlxmanager.chat.StreamEvent;
import io.mlxmanager.chat.StreamEvent.Content;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The parser for a whole answer: thinking is taken out first, and what is not thinking goes on to the parser for tool calls.
 * Either may be missing.
 */
public final class AnswerParser implements StreamParser {

    private final Optional<ThinkTagParser> thinking;
    private final Optional<StreamParser> tools;

    public AnswerParser(Optional<ThinkTagParser> thinking, Optional<StreamParser> tools) {
        this.thinking = thinking;
        this.tools = tools;
    }

    /** Whether the text so far ends inside thinking; tokens are counted as reasoning by it. */
    public boolean isThinking() {
        return thinking.map(ThinkTagParser::isThinking).orElse(false);
    }

    @Override
    public List<StreamEvent> accept(String text) {
        if (thinking.isEmpty()) {
            return answer(text);
        }
        return passOn(thinking.get().accept(text));
    }

    @Override
    public List<StreamEvent> finish() {
        List<StreamEvent> events = new ArrayList<>();
        thinking.ifPresent(parser -> events.addAll(passOn(parser.finish())));
        tools.ifPresent(parser -> events.addAll(parser.finish()));
        return events;
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
