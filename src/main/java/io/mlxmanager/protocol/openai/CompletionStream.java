package io.mlxmanager.protocol.openai;

import static io.mlxmanager.protocol.openai.ChatCompletionWriter.JSON;

import io.mlxmanager.chat.StreamEvent;
import io.mlxmanager.chat.StreamEvent.Content;
import io.mlxmanager.chat.StreamEvent.Finished;
import io.mlxmanager.chat.Usage;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The chunks of plain completions. Confined to one thread. */
public final class CompletionStream implements ChunkStream {

    private final CompletionHeader header;
    private final CompletionRequest request;
    private final Map<Integer, TokenTable> tables = new HashMap<>();

    public CompletionStream(CompletionHeader header, CompletionRequest request) {
        this.header = header;
        this.request = request;
    }

    @Override
    public JsonObject chunk(int index, StreamEvent event) {
        JsonObjectBuilder choice = JSON.createObjectBuilder().add("index", index);
        TokenTable table = tables.computeIfAbsent(index, first -> new TokenTable());
        if (event instanceof Content more) {
            table.add(more.tokens());
            choice.add("text", more.text())
                    .add("logprobs", table.toJson(request.logprobs()))
                    .addNull("finish_reason");
        } else if (event instanceof Finished end) {
            choice.add("text", "")
                    .addNull("logprobs")
                    .add("finish_reason", ChatCompletionWriter.finishReason(end.reason()));
        } else {
            throw new IllegalArgumentException("a plain completion has no " + event);
        }
        JsonObjectBuilder chunk = ChatCompletionWriter.start(header, CompletionWriter.OBJECT)
                .add("choices", JSON.createArrayBuilder().add(choice));
        if (request.includeUsage()) {
            chunk.addNull("usage");
        }
        return chunk.build();
    }

    @Override
    public Optional<JsonObject> usage(Usage usage) {
        return request.includeUsage()
                ? Optional.of(ChatCompletionWriter.start(header, CompletionWriter.OBJECT)
                        .add("choices", JSON.createArrayBuilder())
                        .add("usage", ChatCompletionWriter.usage(usage))
                        .build())
                : Optional.empty();
    }
}
