package io.mlxmanager.protocol.anthropic;

import io.mlxmanager.chat.ChatResult;
import io.mlxmanager.chat.FinishReason;
import io.mlxmanager.chat.JsonText;
import io.mlxmanager.chat.ToolCall;
import io.mlxmanager.chat.Usage;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonBuilderFactory;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import java.util.Map;
import java.util.Optional;

/** Writes whole answers of {@code POST /v1/messages}. Stateless and thread-safe. */
public final class MessagesWriter {

    static final JsonBuilderFactory JSON = Json.createBuilderFactory(Map.of());

    /**
     * The whole answer as the response body: thinking, text and calls, in that order.
     *
     * @param id of the answer
     * @param model the name that the caller used
     */
    public JsonObject write(String id, String model, ChatResult result) {
        JsonArrayBuilder content = JSON.createArrayBuilder();
        if (!result.reasoning().isEmpty()) {
            content.add(JSON.createObjectBuilder()
                    .add("type", "thinking")
                    .add("thinking", result.reasoning())
                    .add("signature", ""));
        }
        if (!result.content().isEmpty()) {
            content.add(JSON.createObjectBuilder().add("type", "text").add("text", result.content()));
        }
        result.toolCalls().forEach(call -> content.add(toolUse(call)));
        JsonObjectBuilder message = start(id, model).add("content", content);
        stop(message, result.finishReason(), result.stopText());
        return message.add("usage", usage(result.usage())).build();
    }

    static JsonObjectBuilder start(String id, String model) {
        return JSON.createObjectBuilder()
                .add("id", id)
                .add("type", "message")
                .add("role", "assistant")
                .add("model", model);
    }

    static void stop(JsonObjectBuilder object, FinishReason reason, Optional<String> stopText) {
        object.add("stop_reason", stopText.isPresent() ? "stop_sequence" : stopReason(reason));
        stopText.ifPresentOrElse(text -> object.add("stop_sequence", text), () -> object.addNull("stop_sequence"));
    }

    private static String stopReason(FinishReason reason) {
        return switch (reason) {
            case STOP, CANCELLED -> "end_turn";
            case LENGTH -> "max_tokens";
            case TOOL_CALLS -> "tool_use";
        };
    }

    /** In this protocol, {@code input_tokens} are those that were read; cached ones are counted beside them. */
    static JsonObjectBuilder usage(Usage usage) {
        return JSON.createObjectBuilder()
                .add("input_tokens", usage.prompt() - usage.cached())
                .add("cache_creation_input_tokens", 0)
                .add("cache_read_input_tokens", usage.cached())
                .add("output_tokens", usage.completion());
    }

    private static JsonObjectBuilder toolUse(ToolCall call) {
        return JSON.createObjectBuilder()
                .add("type", "tool_use")
                .add("id", call.id())
                .add("name", call.name())
                .add("input", input(call.arguments()));
    }

    /** What the model wrote as arguments; what is no JSON object is handed over as text, so that nothing is lost. */
    private static JsonObject input(String arguments) {
        if (arguments.isBlank()) {
            return JsonObject.EMPTY_JSON_OBJECT;
        }
        return JsonText.read(arguments)
                .filter(JsonObject.class::isInstance)
                .map(JsonValue::asJsonObject)
                .orElseGet(() -> JSON.createObjectBuilder()
                        .add("raw_arguments", arguments)
                        .build());
    }
}
