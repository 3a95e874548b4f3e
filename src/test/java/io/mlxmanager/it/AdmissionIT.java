package io.mlxmanager.it;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** A server that has just started and takes nothing it does not know. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class AdmissionIT {

    private static final String MODEL = "mlx-manager/starter-qwen3-4m-4bit";
    private static final String PATH = "/v1/chat/completions";

    private static RunningServer server;
    private static ApiClient client;

    @BeforeAll
    static void start() {
        server = RunningServer.start("admission", Map.of("MLX_MANAGER_API_STRICT", "true"));
        client = ApiClient.of(server, "ada@example.com");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static String body(String more) {
        return "{\"model\":\"" + MODEL + "\",\"max_tokens\":3" + more
                + ",\"messages\":[{\"role\":\"user\",\"content\":\"Hello!\"}]}";
    }

    private static HttpResponse<String> withoutWaiting(String path, String body) {
        return client.send(client.request(path)
                .header("Content-Type", "application/json")
                .header("Prefer", "wait=0")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    /** The first request of all, so the model cannot be in memory. */
    @Test
    @Order(1)
    void whoDoesNotWaitIsToldWhenToAskAgainAndTheModelComesAllTheSame() {
        HttpResponse<String> now = withoutWaiting(PATH, body(""));
        assertThat(now.statusCode()).as(now.body()).isEqualTo(503);
        assertThat(Integer.parseInt(now.headers().firstValue("Retry-After").orElseThrow()))
                .isPositive();
        JsonObject error = ApiClient.json(now.body()).getJsonObject("error");
        assertThat(error.getString("code")).isEqualTo("model_loading");
        assertThat(error.getString("message")).contains(MODEL).contains("number 1 in its queue");

        Poll.until(() -> withoutWaiting(PATH, body("")).statusCode() == 200);
        List<String> events = client.events(PATH, body(",\"stream\":true"));
        assertThat(events).endsWith("[DONE]");
    }

    @Test
    @Order(2)
    void aFieldThatNobodyKnowsIsRefusedByName() {
        HttpResponse<String> refused = client.post(PATH, body(",\"made_up\":1"));
        assertThat(refused.statusCode()).isEqualTo(400);
        JsonObject error = ApiClient.json(refused.body()).getJsonObject("error");
        assertThat(error.getString("param")).isEqualTo("made_up");
        assertThat(error.getString("code")).isEqualTo("unknown_parameter");

        HttpResponse<String> messages = client.post("/v1/messages", body(",\"made_up\":1"));
        assertThat(messages.statusCode()).isEqualTo(400);
        assertThat(messages.body()).contains("made_up");
        assertThat(client.post("/v1/responses", "{\"model\":\"" + MODEL + "\",\"input\":\"x\",\"made_up\":1}")
                        .body())
                .contains("unknown_parameter");
    }
}
