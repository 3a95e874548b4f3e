package io.mlxmanager.it;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.io.StringReader;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The demo tools over the real server: the starter model calls one, the server runs it, the model answers. */
class ToolsIT {

    private static RunningServer server;
    private static ApiClient user;

    @BeforeAll
    static void start() {
        server = RunningServer.start("tools", Map.of());
        user = ApiClient.of(server, "ada@example.com");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void theModelCallsTheCalculatorAndUsesItsResult() {
        JsonArray tools = array(user.get("/api/mcp/tools").body());
        assertThat(tools.getValuesAs(JsonObject.class))
                .extracting(tool -> tool.getJsonObject("function").getString("name"))
                .containsExactly("calculator", "get_weather", "get_time", "search_models");

        JsonObject question = message("user").add("content", "What is 12 * 7?").build();
        JsonObject call = ask(tools, Json.createArrayBuilder().add(question).build());
        JsonObject function = call.getJsonArray("tool_calls").getJsonObject(0).getJsonObject("function");
        JsonObject execution = Json.createObjectBuilder()
                .add("name", function.getString("name"))
                .add("arguments", ApiClient.json(function.getString("arguments")))
                .build();
        String result = user.post("/api/mcp/execute", execution.toString()).body();
        int product = ApiClient.json(result).getInt("result");
        assertThat(product).isEqualTo(84);

        JsonObject answer = ask(
                tools,
                Json.createArrayBuilder()
                        .add(question)
                        .add(call)
                        .add(message("tool")
                                .add(
                                        "tool_call_id",
                                        call.getJsonArray("tool_calls")
                                                .getJsonObject(0)
                                                .getString("id"))
                                .add("content", Integer.toString(product)))
                        .build());
        assertThat(answer.getString("content")).contains("84");
    }

    @Test
    void theSearchSeesTheRealCatalogue() {
        JsonObject found = execute("{\"name\":\"search_models\",\"arguments\":{\"query\":\"STARTER\",\"limit\":3}}");
        assertThat(found.getJsonArray("models").getString(0)).isEqualTo("mlx-manager/starter-qwen3-4m-4bit");
        assertThat(execute("{\"name\":\"search_models\",\"arguments\":{\"query\":\"no such\"}}")
                        .getInt("total"))
                .isZero();
    }

    @Test
    void whatAModelGetsWrongIsAResultAndWhatAProgramGetsWrongIsAProblem() {
        assertThat(execute("{\"name\":\"calculator\",\"arguments\":{\"expression\":\"1/0\"}}"))
                .containsOnlyKeys("error");
        assertThat(execute("{\"name\":\"rm\"}")).containsOnlyKeys("error");
        assertThat(user.post("/api/mcp/execute", "{\"arguments\":{}}").statusCode())
                .isEqualTo(422);
        assertThat(ApiClient.anonymous(server).get("/api/mcp/tools").statusCode())
                .isEqualTo(401);
    }

    private static JsonObject execute(String body) {
        var response = user.post("/api/mcp/execute", body);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return ApiClient.json(response.body());
    }

    private static JsonObject ask(JsonArray tools, JsonArray messages) {
        JsonObject request = Json.createObjectBuilder()
                .add("model", "mlx-manager/starter-qwen3-4m-4bit")
                .add("temperature", 0)
                .add("chat_template_kwargs", Json.createObjectBuilder().add("enable_thinking", false))
                .add("tools", Json.createArrayBuilder().add(tools.get(0)))
                .add("messages", messages)
                .build();
        var response = user.post("/v1/chat/completions", request.toString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return ApiClient.json(response.body())
                .getJsonArray("choices")
                .getJsonObject(0)
                .getJsonObject("message");
    }

    private static JsonObjectBuilder message(String role) {
        return Json.createObjectBuilder().add("role", role);
    }

    private static JsonArray array(String text) {
        try (var reader = Json.createReader(new StringReader(text))) {
            return reader.readArray();
        }
    }
}
