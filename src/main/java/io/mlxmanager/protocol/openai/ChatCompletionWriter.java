package io.mlxmanager.protocol.openai;

import io.mlxmanager.chat.ChatResult;
import io.mlxmanager.chat.FinishReason;
import io.mlxmanager.chat.ToolCall;
import io.mlxmanager.chat.Usage;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonBuilderFactory;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.util.List;
import java.util.Map;

/** Writes the non-streamed answer, {@code object: chat.completion}. Stateless and thread-safe. */
public final class ChatCompletionWriter {

    static final JsonBuilderFactory JSON = Json.createBuilderFactory(Map.of());

    /**
     * The whole answers as the response body.
     *
     * @param results in the order of their index
     * @param usage of all together
     * @param logprobs whether the likelihoods of tokens are wanted
     */
    public JsonObject write(CompletionHeader header, List<ChatResult> results, Usage usage, boolean logprobs) {
        JsonArrayBuilder choices = JSON.createArrayBuilder();
        for (int i = 0; i < results.size(); i++) {
            ChatResult result = results.get(i);
            JsonObjectBuilder choice =
                    JSON.createObjectBuilder().add("index", i).add("message", message(result));
            LogprobsWriter.add(choice, result.tokens(), logprobs);
            choices.add(choice.add("finish_reason", finishReason(result.finishReason())));
        }
        return start(header, "chat.completion")
                .add("choices", choices)
                .add("usage", usage(usage))
                .build();
    }

    static JsonObjectBuilder start(CompletionHeader header, String type) {
        JsonObjectBuilder object = JSON.createObjectBuilder()
                .add("id", header.id())
                .add("object", type)
                .add("created", header.created().getEpochSecond())
                .add("model", header.model());
        header.systemFingerprint().ifPresent(name -> object.add("system_fingerprint", name));
        return object;
    }

    static JsonObjectBuilder usage(Usage usage) {
        return JSON.createObjectBuilder()
                .add("prompt_tokens", usage.prompt())
                .add("completion_tokens", usage.completion())
                .add("total_tokens", usage.total())
                .add("prompt_tokens_details", JSON.createObjectBuilder().add("cached_tokens", usage.cached()))
                .add(
                        "completion_tokens_details",
                        JSON.createObjectBuilder().add("reasoning_tokens", usage.reasoning()));
    }

    /** A cancelled answer has no word of its own in this protocol; SDKs accept only the documented ones. */
    static String finishReason(FinishReason reason) {
        return switch (reason) {
            case STOP, CANCELLED -> "stop";
            case LENGTH -> "length";
            case TOOL_CALLS -> "tool_calls";
        };
    }

    private static JsonObjectBuilder message(ChatResult result) {
        JsonObjectBuilder message = JSON.createObjectBuilder().add("role", "assistant");
        if (result.content().isEmpty() && !result.toolCalls().isEmpty()) {
            message.addNull("content");
        } else {
            message.add("content", result.content());
        }
        message.addNull("refusal");
        if (!result.reasoning().isEmpty()) {
            message.add("reasoning_content", result.reasoning());
        }
        if (!result.toolCalls().isEmpty()) {
            JsonArrayBuilder calls = JSON.createArrayBuilder();
            result.toolCalls().forEach(call -> calls.add(toolCall(call)));
            message.add("tool_calls", calls);
        }
        return message;
    }

    private static JsonObjectBuilder toolCall(ToolCall call) {
        return JSON.createObjectBuilder()
                .add("id", call.id())
                .add("type", "function")
                .add(
                        "function",
                        JSON.createObjectBuilder().add("name", call.name()).add("arguments", call.arguments()));
    }
}
