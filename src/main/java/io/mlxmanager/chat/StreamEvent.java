package io.mlxmanager.chat;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * One step of an answer. A complete answer is any number of text and tool events followed by exactly one {@link Finished};
 * an answer that fails ends with an exception instead. Texts are never empty.
 */
public sealed interface StreamEvent
        permits StreamEvent.Content,
                StreamEvent.Reasoning,
                StreamEvent.ToolCallStarted,
                StreamEvent.ToolCallArguments,
                StreamEvent.Finished {

    /**
     * More of the answer itself.
     *
     * @param tokens the tokens it is made of, where their likelihoods are wanted
     */
    record Content(String text, List<TokenLogprob> tokens) implements StreamEvent {
        public Content {
            Objects.requireNonNull(text, "text");
            tokens = List.copyOf(tokens);
        }

        public Content(String text) {
            this(text, List.of());
        }
    }

    /** More of the thinking that precedes the answer. */
    record Reasoning(String text) implements StreamEvent {
        public Reasoning {
            Objects.requireNonNull(text, "text");
        }
    }

    /** A tool call begins. Indexes count up from 0 without gaps. */
    record ToolCallStarted(int index, String id, String name) implements StreamEvent {
        public ToolCallStarted {
            Objects.requireNonNull(id, "id");
            Objects.requireNonNull(name, "name");
        }
    }

    /** More of the JSON text of the arguments of the call with this index, which has started. */
    record ToolCallArguments(int index, String fragment) implements StreamEvent {
        public ToolCallArguments {
            Objects.requireNonNull(fragment, "fragment");
        }
    }

    /**
     * The last event.
     *
     * @param stopText which of the caller's stop texts ended the answer, if one did
     */
    record Finished(FinishReason reason, Usage usage, Optional<String> stopText) implements StreamEvent {
        public Finished {
            Objects.requireNonNull(reason, "reason");
            Objects.requireNonNull(usage, "usage");
            Objects.requireNonNull(stopText, "stopText");
        }

        public Finished(FinishReason reason, Usage usage) {
            this(reason, usage, Optional.empty());
        }
    }
}
