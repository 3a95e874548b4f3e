package io.mlxmanager.protocol.openai.responses;

import io.mlxmanager.protocol.Fields;
import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Turns the items of a conversation into messages of chat completions. What a model said in one turn, thinking, text and
 * calls, is one message there and several items here. Confined to one thread.
 */
final class InputItems {

    private static final int MOST_PARTS = 256;

    private final List<JsonObject> messages = new ArrayList<>();

    /** Where each message came from, for refusals. */
    private final List<String> sources = new ArrayList<>();

    private Turn turn = new Turn("");

    /** What one turn of the model has said so far. */
    private static final class Turn {

        private final String source;
        private String reasoning = "";
        private final List<JsonValue> parts = new ArrayList<>();
        private final List<JsonValue> calls = new ArrayList<>();

        Turn(String source) {
            this.source = source;
        }

        boolean empty() {
            return reasoning.isEmpty() && parts.isEmpty() && calls.isEmpty();
        }

        JsonObject message() {
            JsonObjectBuilder message = Json.createObjectBuilder().add("role", "assistant");
            if (!reasoning.isEmpty()) {
                message.add("reasoning_content", reasoning);
            }
            if (!parts.isEmpty()) {
                message.add("content", Json.createArrayBuilder(parts));
            }
            if (!calls.isEmpty()) {
                message.add("tool_calls", Json.createArrayBuilder(calls));
            }
            return message.build();
        }
    }

    /** Instructions come before everything. */
    void instructions(String text) {
        add("instructions", message("system").add("content", text));
    }

    /** @throws io.mlxmanager.protocol.ProtocolException naming what cannot be understood */
    void item(Fields item) {
        String type = item.string("type").orElse(item.value("role").isPresent() ? "message" : "");
        switch (type) {
            case "message" -> message(item);
            case "reasoning" -> reasoning(item);
            case "function_call" -> call(item);
            case "function_call_output" -> result(item);
            case "" -> throw item.missing("type");
            default ->
                throw item.unsupportedValue(
                        "type", "\"" + type + "\"", "message, reasoning, function_call, function_call_output");
        }
    }

    /** The messages, complete; nothing may be added afterwards. */
    JsonArray messages() {
        endTurn();
        return Json.createArrayBuilder(messages).build();
    }

    /** The path of the item that the message at an index was made of. */
    String source(int index) {
        return sources.get(index);
    }

    private void message(Fields item) {
        String role = item.requiredString("role");
        JsonValue content = item.value("content").orElseThrow(() -> item.missing("content"));
        List<JsonValue> parts = content instanceof JsonString text ? List.of(text(text.getString())) : parts(item);
        if (role.equals("assistant")) {
            if (!turn.calls.isEmpty() || !turn.parts.isEmpty()) {
                endTurn();
            }
            turn(item).parts.addAll(parts);
        } else {
            endTurn();
            add(
                    item.path(""),
                    message(role)
                            .add(
                                    "content",
                                    content instanceof JsonString
                                            ? content
                                            : Json.createArrayBuilder(parts).build()));
        }
    }

    private static List<JsonValue> parts(Fields item) {
        List<JsonValue> parts = new ArrayList<>();
        for (JsonValue value : item.list("content", MOST_PARTS)) {
            Fields part = Fields.of(value, item.path("content") + "[" + parts.size() + "]");
            String type = part.requiredString("type");
            parts.add(
                    switch (type) {
                        case "input_text", "output_text", "text" ->
                            text(part.string("text").orElseThrow(() -> part.missing("text")));
                        case "refusal" -> text(part.string("refusal").orElseThrow(() -> part.missing("refusal")));
                        case "input_image" -> image(part);
                        default ->
                            throw part.unsupportedValue(
                                    "type", "\"" + type + "\"", "input_text, output_text, input_image");
                    });
        }
        return parts;
    }

    private static JsonObject text(String text) {
        return Json.createObjectBuilder().add("type", "text").add("text", text).build();
    }

    private static JsonObject image(Fields part) {
        if (part.value("file_id").isPresent()) {
            throw part.unsupported("file_id", "files are not kept here; give an image_url.");
        }
        JsonObjectBuilder url = Json.createObjectBuilder().add("url", part.requiredString("image_url"));
        part.string("detail").ifPresent(detail -> url.add("detail", detail));
        return Json.createObjectBuilder()
                .add("type", "image_url")
                .add("image_url", url)
                .build();
    }

    /** The thinking itself where it is given, else its summary. */
    private void reasoning(Fields item) {
        if (!turn.empty()) {
            endTurn();
        }
        String content = texts(item, "content");
        turn(item).reasoning = content.isEmpty() ? texts(item, "summary") : content;
    }

    private static String texts(Fields item, String field) {
        return item.list(field, MOST_PARTS).stream()
                .map(part -> Fields.of(part, item.path(field)).string("text").orElse(""))
                .collect(Collectors.joining("\n"));
    }

    private void call(Fields item) {
        JsonObjectBuilder function = Json.createObjectBuilder()
                .add("name", item.requiredString("name"))
                .add("arguments", item.string("arguments").orElseThrow(() -> item.missing("arguments")));
        turn(item)
                .calls
                .add(Json.createObjectBuilder()
                        .add("id", item.requiredString("call_id"))
                        .add("type", "function")
                        .add("function", function)
                        .build());
    }

    private void result(Fields item) {
        endTurn();
        JsonValue output = item.value("output").orElseThrow(() -> item.missing("output"));
        JsonObjectBuilder message = message("tool").add("tool_call_id", item.requiredString("call_id"));
        if (output instanceof JsonArray parts) {
            Fields content =
                    new Fields(Json.createObjectBuilder().add("content", parts).build(), item.path("output"));
            message.add("content", Json.createArrayBuilder(parts(content)));
        } else {
            message.add("content", item.string("output").orElseThrow());
        }
        add(item.path(""), message);
    }

    private Turn turn(Fields item) {
        if (turn.empty()) {
            turn = new Turn(item.path(""));
        }
        return turn;
    }

    private void endTurn() {
        if (!turn.empty()) {
            messages.add(turn.message());
            sources.add(trimmed(turn.source));
            turn = new Turn("");
        }
    }

    private void add(String source, JsonObjectBuilder message) {
        messages.add(message.build());
        sources.add(trimmed(source));
    }

    private static String trimmed(String path) {
        return path.endsWith(".") ? path.substring(0, path.length() - 1) : path;
    }

    private static JsonObjectBuilder message(String role) {
        return Json.createObjectBuilder().add("role", role);
    }

    /** The items of a request's {@code input}; a bare text is what the user says. */
    static JsonArray of(Fields request, int most) {
        JsonValue input = request.value("input").orElse(JsonValue.EMPTY_JSON_ARRAY);
        if (input instanceof JsonString text) {
            return Json.createArrayBuilder()
                    .add(Json.createObjectBuilder()
                            .add("type", "message")
                            .add("role", "user")
                            .add("content", text))
                    .build();
        }
        if (!(input instanceof JsonArray)) {
            throw Fields.wrongType("input", "a string or an array of items", input);
        }
        JsonArrayBuilder items = Json.createArrayBuilder();
        request.list("input", most).forEach(items::add);
        return items.build();
    }
}
