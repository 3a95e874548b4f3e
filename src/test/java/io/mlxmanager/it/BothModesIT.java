package io.mlxmanager.it;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonReader;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A streamed answer adds up to the whole one: text, thinking, tool calls, the reason of its end, and every count. Each known
 * conversation is asked in several ways in both protocols.
 */
class BothModesIT {

    private static final String MODEL = "mlx-manager/starter-qwen3-4m-4bit";

    private final ApiClient client = ApiClient.of(RunningServer.shared(), "ada@example.com");

    /** What an answer says, in either mode. */
    record Answer(String text, String thinking, List<String> calls, String end, Map<String, Integer> usage) {}

    static Stream<Arguments> cases() throws IOException {
        Map<String, String> ways = new LinkedHashMap<>();
        ways.put("greedy", "{}");
        ways.put("cut short", "{\"max_tokens\":7}");
        ways.put("stopped", "{\"stop\":[\", 3\",\"e\"]}");
        ways.put("drawn", "{\"temperature\":1.3,\"seed\":11,\"max_tokens\":40}");
        List<Arguments> cases = new ArrayList<>();
        try (InputStream in = BothModesIT.class.getResourceAsStream("/golden/starter/expected.json");
                JsonReader reader = Json.createReader(in)) {
            for (JsonObject known : reader.readArray().getValuesAs(JsonObject.class)) {
                ways.forEach((way, fields) ->
                        cases.add(Arguments.of(known.getString("name") + ", " + way, known, ApiClient.json(fields))));
            }
        }
        return cases.stream();
    }

    private static JsonObjectBuilder openAi(JsonObject known, JsonObject way) {
        JsonObjectBuilder body = Json.createObjectBuilder()
                .add("model", MODEL)
                .add("temperature", 0)
                .add("messages", known.get("messages"))
                .add("chat_template_kwargs", Json.createObjectBuilder().add("enable_thinking", known.get("thinking")));
        if (known.get("tools") instanceof JsonArray tools) {
            body.add("tools", tools);
        }
        way.forEach(body::add);
        return body;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void chatCompletions(String name, JsonObject known, JsonObject way) {
        String path = "/v1/chat/completions";
        client.post(path, openAi(known, way).build().toString());
        HttpResponse<String> response =
                client.post(path, openAi(known, way).build().toString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        JsonObject body = ApiClient.json(response.body());
        JsonObject choice = body.getJsonArray("choices").getJsonObject(0);
        JsonObject message = choice.getJsonObject("message");
        List<String> calls = new ArrayList<>();
        if (message.containsKey("tool_calls")) {
            message.getJsonArray("tool_calls")
                    .getValuesAs(JsonObject.class)
                    .forEach(call -> calls.add(call.getJsonObject("function").getString("name")
                            + call.getJsonObject("function").getString("arguments")));
        }
        Answer whole = new Answer(
                message.isNull("content") ? "" : message.getString("content"),
                message.getString("reasoning_content", ""),
                calls,
                choice.getString("finish_reason"),
                counts(body.getJsonObject("usage")));

        List<String> events = client.events(
                path,
                openAi(known, way)
                        .add("stream", true)
                        .add("stream_options", Json.createObjectBuilder().add("include_usage", true))
                        .build()
                        .toString());
        assertThat(openAiStream(events)).isEqualTo(whole);
    }

    private static Answer openAiStream(List<String> events) {
        StringBuilder text = new StringBuilder();
        StringBuilder thinking = new StringBuilder();
        List<StringBuilder> calls = new ArrayList<>();
        String end = "";
        Map<String, Integer> usage = Map.of();
        for (String event : events.subList(0, events.size() - 1)) {
            JsonObject chunk = ApiClient.json(event);
            if (!chunk.isNull("usage")) {
                usage = counts(chunk.getJsonObject("usage"));
            }
            for (JsonObject choice : chunk.getJsonArray("choices").getValuesAs(JsonObject.class)) {
                JsonObject delta = choice.getJsonObject("delta");
                text.append(delta.getString("content", ""));
                thinking.append(delta.getString("reasoning_content", ""));
                if (delta.containsKey("tool_calls")) {
                    JsonObject call = delta.getJsonArray("tool_calls").getJsonObject(0);
                    if (call.getInt("index") == calls.size()) {
                        calls.add(new StringBuilder());
                    }
                    JsonObject function = call.getJsonObject("function");
                    calls.get(call.getInt("index"))
                            .append(function.getString("name", ""))
                            .append(function.getString("arguments", ""));
                }
                end = choice.isNull("finish_reason") ? end : choice.getString("finish_reason");
            }
        }
        return new Answer(
                text.toString(),
                thinking.toString(),
                calls.stream().map(StringBuilder::toString).toList(),
                end,
                usage);
    }

    /** All numbers, those of nested objects included. */
    private static Map<String, Integer> counts(JsonObject usage) {
        Map<String, Integer> counts = new TreeMap<>();
        usage.forEach((name, value) -> {
            if (value instanceof JsonObject nested) {
                counts.putAll(counts(nested));
            } else if (value instanceof JsonNumber number) {
                counts.put(name, number.intValue());
            }
        });
        return counts;
    }

    private static JsonObjectBuilder responses(JsonObject known, JsonObject way) {
        JsonObjectBuilder body = Json.createObjectBuilder()
                .add("model", MODEL)
                .add("temperature", 0)
                .add("store", false)
                .add(
                        "input",
                        Json.createArrayBuilder(known.getJsonArray("messages").stream()
                                .filter(message -> !message.asJsonObject().containsKey("tool_calls")
                                        && !message.asJsonObject()
                                                .getString("role")
                                                .equals("tool"))
                                .toList()))
                .add("chat_template_kwargs", Json.createObjectBuilder().add("enable_thinking", known.get("thinking")));
        if (known.get("tools") instanceof JsonArray tools) {
            var flat = Json.createArrayBuilder();
            tools.getValuesAs(JsonObject.class)
                    .forEach(tool -> flat.add(Json.createObjectBuilder(tool.getJsonObject("function"))
                            .add("type", "function")));
            body.add("tools", flat);
        }
        way.forEach((field, value) -> body.add(field.equals("max_tokens") ? "max_output_tokens" : field, value));
        return body;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void responses(String name, JsonObject known, JsonObject way) {
        String path = "/v1/responses";
        client.post(path, responses(known, way).build().toString());
        HttpResponse<String> response =
                client.post(path, responses(known, way).build().toString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        List<String> events = client.events(
                path, responses(known, way).add("stream", true).build().toString());
        JsonObject last = ApiClient.json(events.get(events.size() - 1)).getJsonObject("response");
        assertThat(withoutIds(last)).isEqualTo(withoutIds(ApiClient.json(response.body())));
    }

    /** Names of items differ from answer to answer, and so may the second in which it was made. */
    private static String withoutIds(JsonObject response) {
        return Json.createObjectBuilder(response)
                .remove("created_at")
                .build()
                .toString()
                .replaceAll("\"(resp|msg|rs|fc|call)_[0-9a-f]+\"", "\"id\"");
    }

    private static JsonObjectBuilder anthropic(JsonObject known, JsonObject way) {
        var messages = Json.createArrayBuilder();
        JsonObjectBuilder body = Json.createObjectBuilder()
                .add("model", MODEL)
                .add("temperature", Math.min(1, way.containsKey("temperature") ? 1 : 0))
                .add("max_tokens", way.getInt("max_tokens", 300));
        for (JsonObject message : known.getJsonArray("messages").getValuesAs(JsonObject.class)) {
            String role = message.getString("role");
            if (role.equals("system")) {
                body.add("system", message.get("content"));
            } else if (!role.equals("tool") && !message.containsKey("tool_calls")) {
                messages.add(Json.createObjectBuilder().add("role", role).add("content", message.get("content")));
            }
        }
        if (known.getBoolean("thinking")) {
            body.add(
                    "thinking",
                    Json.createObjectBuilder().add("type", "enabled").add("budget_tokens", 1024));
        }
        if (known.get("tools") instanceof JsonArray tools) {
            var flat = Json.createArrayBuilder();
            tools.getValuesAs(JsonObject.class)
                    .forEach(tool -> flat.add(Json.createObjectBuilder()
                            .add("name", tool.getJsonObject("function").getString("name"))
                            .add("input_schema", tool.getJsonObject("function").get("parameters"))));
            body.add("tools", flat);
        }
        if (way.containsKey("stop")) {
            body.add("stop_sequences", way.get("stop"));
        }
        return body.add("messages", messages);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void messages(String name, JsonObject known, JsonObject way) {
        if (way.containsKey("temperature")) {
            // The protocol has no seed, so drawn answers differ.
            return;
        }
        String path = "/v1/messages";
        client.post(path, anthropic(known, way).build().toString());
        HttpResponse<String> response =
                client.post(path, anthropic(known, way).build().toString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        JsonObject body = ApiClient.json(response.body());
        StringBuilder text = new StringBuilder();
        StringBuilder thinking = new StringBuilder();
        List<String> calls = new ArrayList<>();
        for (JsonObject block : body.getJsonArray("content").getValuesAs(JsonObject.class)) {
            switch (block.getString("type")) {
                case "text" -> text.append(block.getString("text"));
                case "thinking" -> thinking.append(block.getString("thinking"));
                default -> calls.add(block.getString("name") + block.getJsonObject("input"));
            }
        }
        Answer whole = new Answer(
                text.toString(),
                thinking.toString(),
                calls,
                body.getString("stop_reason") + body.get("stop_sequence"),
                counts(body.getJsonObject("usage")));
        assertThat(anthropicStream(client.events(
                        path, anthropic(known, way).add("stream", true).build().toString())))
                .isEqualTo(whole);
    }

    private static Answer anthropicStream(List<String> events) {
        StringBuilder text = new StringBuilder();
        StringBuilder thinking = new StringBuilder();
        List<String> names = new ArrayList<>();
        List<StringBuilder> inputs = new ArrayList<>();
        String end = "";
        Map<String, Integer> usage = new TreeMap<>();
        for (String event : events) {
            JsonObject data = ApiClient.json(event);
            switch (data.getString("type")) {
                case "message_start" ->
                    usage.putAll(counts(data.getJsonObject("message").getJsonObject("usage")));
                case "content_block_start" -> {
                    JsonObject block = data.getJsonObject("content_block");
                    if (block.getString("type").equals("tool_use")) {
                        names.add(block.getString("name"));
                        inputs.add(new StringBuilder());
                    }
                }
                case "content_block_delta" -> {
                    JsonObject delta = data.getJsonObject("delta");
                    text.append(delta.getString("text", ""));
                    thinking.append(delta.getString("thinking", ""));
                    if (delta.containsKey("partial_json")) {
                        inputs.get(inputs.size() - 1).append(delta.getString("partial_json"));
                    }
                }
                case "message_delta" -> {
                    usage.putAll(counts(data.getJsonObject("usage")));
                    JsonObject delta = data.getJsonObject("delta");
                    end = delta.getString("stop_reason") + delta.get("stop_sequence");
                }
                default -> assertThat(data.getString("type")).isIn("content_block_stop", "message_stop", "ping");
            }
        }
        List<String> calls = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            String input = inputs.get(i).toString();
            calls.add(names.get(i) + ApiClient.json(input.isBlank() ? "{}" : input));
        }
        return new Answer(text.toString(), thinking.toString(), calls, end, usage);
    }
}
