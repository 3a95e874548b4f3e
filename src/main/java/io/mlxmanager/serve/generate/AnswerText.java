package io.mlxmanager.serve.generate;

import io.mlxmanager.chat.FinishReason;
import io.mlxmanager.chat.StreamEvent;
import io.mlxmanager.chat.StreamEvent.Content;
import io.mlxmanager.chat.TokenLogprob;
import io.mlxmanager.chat.Usage;
import io.mlxmanager.chat.parse.AnswerParser;
import io.mlxmanager.engine.GenerationEnd;
import io.mlxmanager.engine.tokenizer.Detokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** From token ids to events: characters, stop texts, thinking and tool calls, counts. Confined to one thread. */
final class AnswerText {

    private final Detokenizer detokenizer;
    private final StopTexts stops;
    private final AnswerParser parser;
    private final int promptTokens;

    /** Tokens whose text has not come out yet. */
    private final List<TokenLogprob> pending = new ArrayList<>();

    private int cachedTokens;
    private int completionTokens;
    private int reasoningTokens;
    private boolean toolCalled;

    AnswerText(Detokenizer detokenizer, List<String> stops, AnswerParser parser, int promptTokens) {
        this.detokenizer = detokenizer;
        this.stops = new StopTexts(stops);
        this.parser = parser;
        this.promptTokens = promptTokens;
    }

    /** So many tokens of the prompt did not have to be read. */
    void cached(int count) {
        cachedTokens = count;
    }

    /** @param likelihood where it is wanted */
    List<StreamEvent> token(int id, Optional<TokenLogprob> likelihood) {
        completionTokens++;
        boolean wasThinking = parser.isThinking();
        if (!wasThinking) {
            likelihood.ifPresent(pending::add);
        }
        List<StreamEvent> events = parse(stops.accept(detokenizer.add(id)));
        if (wasThinking || parser.isThinking()) {
            reasoningTokens++;
        }
        return withTokens(events);
    }

    /** Whether no more tokens are wanted: one of the caller's stop texts was met, or the only call that may be is made. */
    boolean stopped() {
        return stops.hit() || parser.isComplete();
    }

    /** The last events, {@code Finished} included. */
    List<StreamEvent> finish(GenerationEnd end) {
        List<StreamEvent> events = new ArrayList<>(parse(stops.accept(detokenizer.finish()) + stops.finish()));
        events.addAll(noteCalls(parser.finish()));
        events = new ArrayList<>(withTokens(events));
        events.add(new StreamEvent.Finished(reason(end), usage(), stops.met()));
        return events;
    }

    Usage usage() {
        return new Usage(promptTokens, completionTokens, reasoningTokens, cachedTokens);
    }

    private FinishReason reason(GenerationEnd end) {
        if (stops.hit()) {
            return FinishReason.STOP;
        }
        return switch (end) {
            case STOP -> toolCalled ? FinishReason.TOOL_CALLS : FinishReason.STOP;
            case LENGTH -> FinishReason.LENGTH;
            case CANCELLED -> FinishReason.CANCELLED;
        };
    }

    private List<StreamEvent> parse(String text) {
        return text.isEmpty() ? List.of() : noteCalls(parser.accept(text));
    }

    private List<StreamEvent> noteCalls(List<StreamEvent> events) {
        toolCalled |= events.stream().anyMatch(StreamEvent.ToolCallStarted.class::isInstance);
        return events;
    }

    /** Tokens go with the content they become; those that became thinking, a tool call or a mark are told to nobody. */
    private List<StreamEvent> withTokens(List<StreamEvent> events) {
        if (pending.isEmpty()) {
            return events;
        }
        List<StreamEvent> told = new ArrayList<>();
        for (StreamEvent event : events) {
            if (event instanceof Content content) {
                dropSpaceBefore(content.text());
                told.add(new Content(content.text(), pending));
                pending.clear();
            } else {
                told.add(event);
                pending.clear();
            }
        }
        if (parser.isThinking()) {
            pending.clear();
        }
        return told;
    }

    /** The line breaks that separate an answer from its thinking are no content. */
    private void dropSpaceBefore(String content) {
        while (pending.size() > 1
                && pending.get(0).text().isBlank()
                && !content.startsWith(pending.get(0).text())) {
            pending.remove(0);
        }
    }
}
