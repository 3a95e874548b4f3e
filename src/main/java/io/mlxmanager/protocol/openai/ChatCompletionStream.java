package io.mlxmanager.protocol.openai;

import static io.mlxmanager.protocol.openai.ChatCompletionWriter.JSON;

import io.mlxmanager.chat.StreamEvent;
import io.mlxmanager.chat.StreamEvent.Content;
import io.mlxmanager.chat.StreamEvent.Finished;
import io.mlxmanager.chat.StreamEvent.Reasoning;
import io.mlxmanager.chat.StreamEvent.ToolCallArguments;
import io.mlxmanager.chat.StreamEvent.ToolCallStarted;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.util.List;

/**
 * Turns stream events into {@code chat.completion.chunk} objects: {@link #opening()} first, then {@link #chunks} for every
 * event, then the text {@link #DONE}. Immutable and thread-safe: each chunk depends on its event alone.
 */
public final class ChatCompletionStream {

    /** Data of the event that ends a stream that went well; it is not JSON. */
    public static final String DONE = "[DONE]";

    private final CompletionHeader header;
    private final boolean includeUsage;

    /** @param includeUsage whether the caller asked for {@code stream_options.include_usage} */
    public ChatCompletionStream(CompletionHeader header, boolean includeUsage) {
        this.header = header;
        this.includeUsage = includeUsage;
    }

    /** The chunk that says who speaks, sent before the first token is known. */
    public JsonObject opening() {
        return chunk(JSON.createObjectBuilder().add("role", "assistant").add("content", ""));
    }

    /** The chunks of one event, in order: one, or two for {@link Finished} when usage was asked for. */
    public List<JsonObject> chunks(StreamEvent event) {
        if (event instanceof Content more) {
            return List.of(chunk(JSON.createObjectBuilder().add("content", more.text())));
        }
        if (event instanceof Reasoning more) {
            return List.of(chunk(JSON.createObjectBuilder().add("reasoning_content", more.text())));
        }
        if (event instanceof ToolCallStarted call) {
            return List.of(toolChunk(JSON.createObjectBuilder()
                    .add("index", call.index())
                    .add("id", call.id())
                    .add("type", "function")
                    .add(
                            "function",
                            JSON.createObjectBuilder().add("name", call.name()).add("arguments", ""))));
        }
        if (event instanceof ToolCallArguments more) {
            return List.of(toolChunk(JSON.createObjectBuilder()
                    .add("index", more.index())
                    .add("function", JSON.createObjectBuilder().add("arguments", more.fragment()))));
        }
        return ending((Finished) event);
    }

    private List<JsonObject> ending(Finished end) {
        JsonObject last = chunk(JSON.createObjectBuilder(), ChatCompletionWriter.finishReason(end.reason()));
        if (!includeUsage) {
            return List.of(last);
        }
        JsonObject usage = ChatCompletionWriter.start(header, "chat.completion.chunk")
                .add("choices", JSON.createArrayBuilder())
                .add("usage", ChatCompletionWriter.usage(end.usage()))
                .build();
        return List.of(last, usage);
    }

    private JsonObject toolChunk(JsonObjectBuilder call) {
        return chunk(JSON.createObjectBuilder()
                .add("tool_calls", JSON.createArrayBuilder().add(call)));
    }

    private JsonObject chunk(JsonObjectBuilder delta) {
        return chunk(delta, "");
    }

    private JsonObject chunk(JsonObjectBuilder delta, String finishReason) {
        JsonObjectBuilder choice =
                JSON.createObjectBuilder().add("index", 0).add("delta", delta).addNull("logprobs");
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
