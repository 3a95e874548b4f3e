package io.mlxmanager.protocol.openai;

import static io.mlxmanager.protocol.openai.ChatCompletionWriter.JSON;

import io.mlxmanager.chat.StreamEvent;
import io.mlxmanager.chat.StreamEvent.Content;
import io.mlxmanager.chat.StreamEvent.Finished;
import io.mlxmanager.chat.StreamEvent.Reasoning;
import io.mlxmanager.chat.StreamEvent.ToolCallArguments;
import io.mlxmanager.chat.StreamEvent.ToolCallStarted;
import io.mlxmanager.chat.TokenLogprob;
import io.mlxmanager.chat.Usage;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The chunks of chats, {@code chat.completion.chunk} objects. Immutable and thread-safe: each chunk depends on its event alone.
 */
public final class ChatCompletionStream implements ChunkStream {

    private final CompletionHeader header;
    private final boolean includeUsage;
    private final boolean logprobs;

    /**
     * @param includeUsage whether the caller asked for {@code stream_options.include_usage}
     * @param logprobs whether the likelihoods of tokens are wanted
     */
    public ChatCompletionStream(CompletionHeader header, boolean includeUsage, boolean logprobs) {
        this.header = header;
        this.includeUsage = includeUsage;
        this.logprobs = logprobs;
    }

    /** One for each answer, which says who speaks. */
    @Override
    public List<JsonObject> opening(int answers) {
        return IntStream.range(0, answers)
                .mapToObj(index -> chunk(
                        index,
                        JSON.createObjectBuilder().add("role", "assistant").add("content", "")))
                .toList();
    }

    @Override
    public JsonObject chunk(int index, StreamEvent event) {
        if (event instanceof Content more) {
            return chunk(index, JSON.createObjectBuilder().add("content", more.text()), "", more.tokens());
        }
        if (event instanceof Reasoning more) {
            return chunk(index, JSON.createObjectBuilder().add("reasoning_content", more.text()));
        }
        if (event instanceof ToolCallStarted call) {
            return toolChunk(
                    index,
                    JSON.createObjectBuilder()
                            .add("index", call.index())
                            .add("id", call.id())
                            .add("type", "function")
                            .add(
                                    "function",
                                    JSON.createObjectBuilder()
                                            .add("name", call.name())
                                            .add("arguments", "")));
        }
        if (event instanceof ToolCallArguments more) {
            return toolChunk(
                    index,
                    JSON.createObjectBuilder()
                            .add("index", more.index())
                            .add("function", JSON.createObjectBuilder().add("arguments", more.fragment())));
        }
        String reason = ChatCompletionWriter.finishReason(((Finished) event).reason());
        return chunk(index, JSON.createObjectBuilder(), reason, List.of());
    }

    @Override
    public Optional<JsonObject> usage(Usage usage) {
        return includeUsage
                ? Optional.of(ChatCompletionWriter.start(header, "chat.completion.chunk")
                        .add("choices", JSON.createArrayBuilder())
                        .add("usage", ChatCompletionWriter.usage(usage))
                        .build())
                : Optional.empty();
    }

    private JsonObject toolChunk(int index, JsonObjectBuilder call) {
        return chunk(
                index,
                JSON.createObjectBuilder()
                        .add("tool_calls", JSON.createArrayBuilder().add(call)));
    }

    private JsonObject chunk(int index, JsonObjectBuilder delta) {
        return chunk(index, delta, "", List.of());
    }

    private JsonObject chunk(int index, JsonObjectBuilder delta, String finishReason, List<TokenLogprob> tokens) {
        JsonObjectBuilder choice =
                JSON.createObjectBuilder().add("index", index).add("delta", delta);
        LogprobsWriter.add(choice, tokens, logprobs && !tokens.isEmpty());
        if (finishReason.isEmpty()) {
            choice.addNull("finish_reason");
        } else {
            choice.add("finish_reason", finishReason);
        }
        JsonObjectBuilder chunk = ChatCompletionWriter.start(header, "chat.completion.chunk")
                .add("choices", JSON.createArrayBuilder().add(choice));
        if (includeUsage) {
            chunk.addNull("usage");
        }
        return chunk.build();
    }
}
