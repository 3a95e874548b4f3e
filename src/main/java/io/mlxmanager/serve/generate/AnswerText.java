package io.mlxmanager.serve.generate;

import io.mlxmanager.chat.FinishReason;
import io.mlxmanager.chat.StreamEvent;
import io.mlxmanager.chat.Usage;
import io.mlxmanager.chat.parse.AnswerParser;
import io.mlxmanager.engine.GenerationEnd;
import io.mlxmanager.engine.tokenizer.Detokenizer;
import java.util.ArrayList;
import java.util.List;

/** From token ids to events: characters, stop texts, thinking and tool calls, counts. Confined to one thread. */
final class AnswerText {

    private final Detokenizer detokenizer;
    private final StopTexts stops;
    private final AnswerParser parser;
    private final int promptTokens;
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

    List<StreamEvent> token(int id) {
        completionTokens++;
        boolean wasThinking = parser.isThinking();
        List<StreamEvent> events = parse(stops.accept(detokenizer.add(id)));
        if (wasThinking || parser.isThinking()) {
            reasoningTokens++;
        }
        return events;
    }

    /** Whether one of the caller's stop texts was met, so that no more tokens are wanted. */
    boolean stopped() {
        return stops.hit();
    }

    /** The last events, {@code Finished} included. */
    List<StreamEvent> finish(GenerationEnd end) {
        List<StreamEvent> events = new ArrayList<>(parse(stops.accept(detokenizer.finish()) + stops.finish()));
        events.addAll(noteCalls(parser.finish()));
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
}
