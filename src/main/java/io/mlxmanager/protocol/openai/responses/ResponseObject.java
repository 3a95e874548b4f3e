package io.mlxmanager.protocol.openai.responses;

import io.mlxmanager.chat.Usage;
import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import java.time.Instant;
import java.util.Optional;

/**
 * What a response is called and what it repeats of its request; writes it at any moment of its life.
 *
 * @param id starts with {@code resp_}
 * @param created whole seconds are written
 * @param request its {@code echo} fields are repeated
 */
public record ResponseObject(String id, Instant created, ResponsesRequest request) {

    /** What a response says of a field that its request left out. */
    private static final JsonObject UNSAID = Json.createObjectBuilder()
            .addNull("instructions")
            .addNull("max_output_tokens")
            .add("metadata", JsonValue.EMPTY_JSON_OBJECT)
            .add("parallel_tool_calls", true)
            .addNull("previous_response_id")
            .add("reasoning", Json.createObjectBuilder().addNull("effort").addNull("summary"))
            .add("store", true)
            .addNull("temperature")
            .add(
                    "text",
                    Json.createObjectBuilder()
                            .add("format", Json.createObjectBuilder().add("type", "text")))
            .add("tool_choice", "auto")
            .add("tools", JsonValue.EMPTY_JSON_ARRAY)
            .addNull("top_p")
            .add("truncation", "disabled")
            .build();

    /**
     * The response.
     *
     * @param status {@code in_progress}, {@code completed}, {@code incomplete} or {@code failed}
     * @param incomplete why it is incomplete, if it is
     * @param error code and message, if it failed
     * @param usage known at the end
     */
    JsonObject write(
            String status,
            JsonArray output,
            Optional<String> incomplete,
            Optional<JsonObject> error,
            Optional<Usage> usage) {
        JsonObjectBuilder response = Json.createObjectBuilder()
                .add("id", id)
                .add("object", "response")
                .add("created_at", created.getEpochSecond())
                .add("status", status)
                .add("background", false)
                .add("error", error.<JsonValue>map(value -> value).orElse(JsonValue.NULL))
                .add(
                        "incomplete_details",
                        incomplete
                                .<JsonValue>map(reason -> Json.createObjectBuilder()
                                        .add("reason", reason)
                                        .build())
                                .orElse(JsonValue.NULL))
                .add("model", request.chat().model())
                .add("output", output);
        UNSAID.forEach(response::add);
        request.echo().forEach(response::add);
        response.add("usage", usage.<JsonValue>map(ResponseObject::usage).orElse(JsonValue.NULL));
        return response.build();
    }

    private static JsonObject usage(Usage usage) {
        return Json.createObjectBuilder()
                .add("input_tokens", usage.prompt())
                .add("input_tokens_details", Json.createObjectBuilder().add("cached_tokens", usage.cached()))
                .add("output_tokens", usage.completion())
                .add("output_tokens_details", Json.createObjectBuilder().add("reasoning_tokens", usage.reasoning()))
                .add("total_tokens", usage.total())
                .build();
    }
}
