package io.mlxmanager.it;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonReader;
import jakarta.json.JsonString;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The starter model through the front door: its answers are those an independent computation gave, in both modes. */
class ChatIT {

    private static final String MODEL = "mlx-manager/starter-qwen3-4m-4bit";
    private static final String PATH = "/v1/chat/completions";

    private final ApiClient client = ApiClient.of(RunningServer.shared(), "ada@example.com");

    /** One conversation with its known answer. */
    record Known(JsonObject json) {

        String text() {
            return json.getJsonObject("expected").getString("text");
        }

        String body(boolean stream) {
            JsonObjectBuilder body = Json.createObjectBuilder()
                    .add("model", MODEL)
                    .add("messages", json.get("messages"))
                    .add("temperature", 0)
                    .add("stream", stream)
                    .add(
                            "chat_template_kwargs",
                            Json.createObjectBuilder().add("enable_thinking", json.get("thinking")));
            if (json.get("tools") instanceof JsonArray tools) {
                body.add("tools", tools);
            }
            if (stream) {
                body.add("stream_options", Json.createObjectBuilder().add("include_usage", true));
            }
            return body.build().toString();
        }

        @Override
        public String toString() {
            return json.getString("name");
        }
    }

    static List<Known> known() throws IOException {
        try (InputStream in = ChatIT.class.getResourceAsStream("/golden/starter/expected.json");
                JsonReader reader = Json.createReader(in)) {
            return reader.readArray().getValuesAs(JsonObject.class).stream()
                    .map(Known::new)
                    .toList();
        }
    }

    /** The raw text of an answer: what thinking and tool calls looked like before they were parsed. */
    private static String raw(String reasoning, String content, List<JsonObject> calls) {
        StringBuilder raw = new StringBuilder();
        if (!reasoning.isEmpty()) {
            raw.append("<think>\n").append(reasoning.strip()).append("\n</think>\n\n");
        }
        raw.append(content);
        for (JsonObject call : calls) {
            JsonObject function = call.getJsonObject("function");
            raw.append("<tool_call>\n{\"name\": \"")
                    .append(function.getString("name"))
                    .append("\", \"arguments\": ")
                    .append(function.getString("arguments"))
                    .append("}\n</tool_call>");
        }
        return raw.toString();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("known")
    void wholeAnswersAreTheKnownOnes(Known known) {
        HttpResponse<String> response = client.post(PATH, known.body(false));

        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        JsonObject answer = ApiClient.json(response.body());
        JsonObject choice = answer.getJsonArray("choices").getJsonObject(0);
        JsonObject message = choice.getJsonObject("message");
        List<JsonObject> calls = message.containsKey("tool_calls")
                ? message.getJsonArray("tool_calls").getValuesAs(JsonObject.class)
                : List.of();
        assertThat(raw(text(message, "reasoning_content"), text(message, "content"), calls))
                .isEqualTo(known.text());
        assertThat(choice.getString("finish_reason")).isEqualTo(calls.isEmpty() ? "stop" : "tool_calls");
        JsonObject expected = known.json().getJsonObject("expected");
        assertThat(answer.getJsonObject("usage").getInt("prompt_tokens")).isEqualTo(expected.getInt("prompt_tokens"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("known")
    void streamedAnswersAreTheKnownOnes(Known known) {
        List<String> events = client.events(PATH, known.body(true));

        assertThat(events).endsWith("[DONE]");
        StringBuilder reasoning = new StringBuilder();
        StringBuilder content = new StringBuilder();
        StringBuilder name = new StringBuilder();
        StringBuilder arguments = new StringBuilder();
        for (String event : events.subList(0, events.size() - 1)) {
            JsonArray choices = ApiClient.json(event).getJsonArray("choices");
            if (choices.isEmpty()) {
                continue;
            }
            JsonObject delta = choices.getJsonObject(0).getJsonObject("delta");
            reasoning.append(text(delta, "reasoning_content"));
            content.append(text(delta, "content"));
            if (delta.containsKey("tool_calls")) {
                JsonObject function =
                        delta.getJsonArray("tool_calls").getJsonObject(0).getJsonObject("function");
                name.append(text(function, "name"));
                arguments.append(text(function, "arguments"));
            }
        }
        List<JsonObject> calls = name.isEmpty()
                ? List.of()
                : List.of(Json.createObjectBuilder()
                        .add(
                                "function",
                                Json.createObjectBuilder()
                                        .add("name", name.toString())
                                        .add("arguments", arguments.toString()))
                        .build());
        assertThat(raw(reasoning.toString(), content.toString(), calls)).isEqualTo(known.text());
    }

    @Test
    void aClientThatGoesAwayStopsTheGeneration() {
        String endless = "{\"model\":\"" + MODEL + "\",\"stream\":true,\"temperature\":2,\"max_tokens\":2000,"
                + "\"messages\":[{\"role\":\"user\",\"content\":\"Tell me a story about a fox.\"}]}";
        try (Stream<String> lines = client.lines(PATH, endless).body()) {
            assertThat(lines.filter(line -> line.contains("content")).limit(3)).hasSize(3);
        }
        Poll.until(() -> running() == 0);
    }

    private int running() {
        JsonObject status =
                ApiClient.json(client.get("/api/settings/pool/status").body());
        return status.getJsonArray("loaded_models").getValuesAs(JsonObject.class).stream()
                .mapToInt(model -> model.getInt("running"))
                .sum();
    }

    @Test
    void manyAtOnceGetTheirOwnAnswers() {
        List<Known> cases;
        try {
            cases = known();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        assertThat(Stream.concat(cases.stream(), cases.stream()).parallel().map(known -> {
                    JsonObject answer =
                            ApiClient.json(client.post(PATH, known.body(false)).body());
                    return answer.getJsonArray("choices").getJsonObject(0).getString("finish_reason");
                }))
                .allMatch(reason -> reason.equals("stop") || reason.equals("tool_calls"));
    }

    @Test
    void theSameSeedGivesTheSameAnswer() {
        String body = "{\"model\":\"" + MODEL + "\",\"temperature\":1.5,\"seed\":42,\"max_tokens\":40,"
                + "\"messages\":[{\"role\":\"user\",\"content\":\"Tell me a story about a fox.\"}]}";
        assertThat(content(client.post(PATH, body))).isEqualTo(content(client.post(PATH, body)));
    }

    @Test
    void stopTextsEndTheAnswerAndAreNotPartOfIt() {
        String body = "{\"model\":\"" + MODEL + "\",\"temperature\":0,\"stop\":[\", 5\"],"
                + "\"chat_template_kwargs\":{\"enable_thinking\":false},"
                + "\"messages\":[{\"role\":\"user\",\"content\":\"Count to 12.\"}]}";
        assertThat(content(client.post(PATH, body))).isEqualTo("1, 2, 3, 4");
    }

    @Test
    void maxTokensEndsTheAnswer() {
        String body = "{\"model\":\"" + MODEL + "\",\"temperature\":0,\"max_tokens\":3,"
                + "\"messages\":[{\"role\":\"user\",\"content\":\"Count to 12.\"}]}";
        JsonObject answer = ApiClient.json(client.post(PATH, body).body());
        assertThat(answer.getJsonArray("choices").getJsonObject(0).getString("finish_reason"))
                .isEqualTo("length");
        assertThat(answer.getJsonObject("usage").getInt("completion_tokens")).isEqualTo(3);
    }

    @Test
    void refusalsNameTheField() {
        assertRefused("{", 400, null, "JSON");
        assertRefused("{\"messages\":[]}", 400, "model", "model");
        assertRefused("{\"model\":\"" + MODEL + "\",\"messages\":[]}", 400, "messages", "messages");
        assertRefused(
                "{\"model\":\"" + MODEL + "\",\"temperature\":9,\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}",
                400,
                "temperature",
                "temperature");
        assertRefused(
                "{\"model\":\"no/such\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}", 404, null, "no/such");
        String longText = "word ".repeat(5000);
        assertRefused(
                "{\"model\":\"" + MODEL + "\",\"messages\":[{\"role\":\"user\",\"content\":\"" + longText + "\"}]}",
                400,
                null,
                "2048");
    }

    private void assertRefused(String body, int status, String param, String words) {
        HttpResponse<String> response = client.post(PATH, body);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        JsonObject error = ApiClient.json(response.body()).getJsonObject("error");
        assertThat(error.getString("message")).contains(words);
        assertThat(error.isNull("param") ? null : error.getString("param")).isEqualTo(param);
    }

    @Test
    void withoutATokenNobodyIsAnswered() {
        HttpResponse<String> response =
                ApiClient.anonymous(RunningServer.shared()).post(PATH, "{}");
        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(ApiClient.json(response.body()).getJsonObject("error").getString("type"))
                .isEqualTo("authentication_error");
    }

    @Test
    void everyRequestLeavesOneAuditRow() {
        HttpResponse<String> response = client.post(
                PATH,
                "{\"model\":\"" + MODEL
                        + "\",\"temperature\":0,\"messages\":[{\"role\":\"user\",\"content\":\"Hello!\"}]}");
        String id = response.headers().firstValue("X-Request-ID").orElseThrow();
        Poll.until(() -> auditRows(id).size() == 1);
        JsonObject row = auditRows(id).get(0);
        assertThat(row.getString("status")).isEqualTo("success");
        assertThat(row.getString("model")).isEqualTo(MODEL);
        assertThat(row.getString("backend_type")).isEqualTo("local");
        assertThat(row.getInt("completion_tokens")).isPositive();
    }

    private List<JsonObject> auditRows(String requestId) {
        try (JsonReader reader = Json.createReader(
                new java.io.StringReader(client.get("/api/system/audit-logs").body()))) {
            return reader.readArray().getValuesAs(JsonObject.class).stream()
                    .filter(row -> row.getString("request_id").equals(requestId))
                    .toList();
        }
    }

    @Test
    void listsTheStarterModel() {
        assertThat(ApiClient.json(client.get("/v1/models").body()).getJsonArray("data"))
                .anyMatch(entry -> entry.asJsonObject().getString("id").equals(MODEL));
        assertThat(client.get("/v1/models/" + MODEL).statusCode()).isEqualTo(200);
        assertThat(client.get("/v1/models/no/such").statusCode()).isEqualTo(404);
    }

    private static String content(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return ApiClient.json(response.body())
                .getJsonArray("choices")
                .getJsonObject(0)
                .getJsonObject("message")
                .getString("content");
    }

    private static String text(JsonObject object, String field) {
        return object.get(field) instanceof JsonString text ? text.getString() : "";
    }
}
