package io.mlxmanager.chat;

import io.mlxmanager.chat.StreamEvent.Content;
import io.mlxmanager.chat.StreamEvent.Finished;
import io.mlxmanager.chat.StreamEvent.Reasoning;
import io.mlxmanager.chat.StreamEvent.ToolCallArguments;
import io.mlxmanager.chat.StreamEvent.ToolCallStarted;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A whole answer: the sum of its {@link StreamEvent}s, and made from nothing else, so that a streamed and a non-streamed
 * answer cannot differ.
 *
 * @param content the answer, possibly empty
 * @param reasoning the thinking, possibly empty
 * @param stopText which of the caller's stop texts ended the answer, if one did
 * @param tokens the tokens of the content, where their likelihoods are wanted
 */
public record ChatResult(
        String content,
        String reasoning,
        List<ToolCall> toolCalls,
        FinishReason finishReason,
        Usage usage,
        Optional<String> stopText,
        List<TokenLogprob> tokens) {

    public ChatResult {
        Objects.requireNonNull(content, "content");
        Objects.requireNonNull(reasoning, "reasoning");
        toolCalls = List.copyOf(toolCalls);
        Objects.requireNonNull(finishReason, "finishReason");
        Objects.requireNonNull(usage, "usage");
        Objects.requireNonNull(stopText, "stopText");
        tokens = List.copyOf(tokens);
    }

    /**
     * Adds the events up.
     *
     * @throws IllegalArgumentException when the events do not form an answer: no or an early {@link Finished}, or arguments
     *     for a call that was not started
     */
    public static ChatResult collect(Iterable<StreamEvent> events) {
        Collector collector = new Collector();
        events.forEach(collector::accept);
        return collector.result();
    }

    /** Adds events up as they come. Confined to one thread. */
    public static final class Collector {

        private final StringBuilder content = new StringBuilder();
        private final List<TokenLogprob> tokens = new ArrayList<>();
        private final StringBuilder reasoning = new StringBuilder();
        private final List<ToolCallStarted> calls = new ArrayList<>();
        private final List<StringBuilder> arguments = new ArrayList<>();
        private Finished finished;

        /** Takes the next event, in order. */
        public void accept(StreamEvent event) {
            if (finished != null) {
                throw new IllegalArgumentException("event after the end of the answer: " + event);
            }
            if (event instanceof Content more) {
                content.append(more.text());
                tokens.addAll(more.tokens());
            } else if (event instanceof Reasoning more) {
                reasoning.append(more.text());
            } else if (event instanceof ToolCallStarted call) {
                start(call);
            } else if (event instanceof ToolCallArguments more) {
                argumentsOf(more.index()).append(more.fragment());
            } else if (event instanceof Finished end) {
                finished = end;
            }
        }

        /** The answer; only after {@link Finished} was accepted. */
        public ChatResult result() {
            if (finished == null) {
                throw new IllegalArgumentException("the answer has no Finished event");
            }
            List<ToolCall> toolCalls = new ArrayList<>();
            for (int i = 0; i < calls.size(); i++) {
                ToolCallStarted call = calls.get(i);
                toolCalls.add(
                        new ToolCall(call.id(), call.name(), arguments.get(i).toString()));
            }
            return new ChatResult(
                    content.toString(),
                    reasoning.toString(),
                    toolCalls,
                    finished.reason(),
                    finished.usage(),
                    finished.stopText(),
                    tokens);
        }

        private void start(ToolCallStarted call) {
            if (call.index() != calls.size()) {
                throw new IllegalArgumentException(
                        "tool call index " + call.index() + " where " + calls.size() + " was due");
            }
            calls.add(call);
            arguments.add(new StringBuilder());
        }

        private StringBuilder argumentsOf(int index) {
            if (index < 0 || index >= arguments.size()) {
                throw new IllegalArgumentException("arguments for tool call " + index + ", which was not started");
            }
            return arguments.get(index);
        }
    }
}
