package io.mlxmanager.it;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A server whose memory holds the starter model and one short context, or little more. */
class MemoryIT {

    private static RunningServer server;

    @BeforeAll
    static void start() {
        server = RunningServer.start("memory", Map.of("MLX_MANAGER_POOL_MEMORY_LIMIT", "21 MiB"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static String question(String text, int maxTokens) {
        return Json.createObjectBuilder()
                .add("model", "mlx-manager/starter-qwen3-4m-4bit")
                .add("temperature", 0)
                .add("max_tokens", maxTokens)
                .add(
                        "messages",
                        Json.createArrayBuilder()
                                .add(Json.createObjectBuilder()
                                        .add("role", "user")
                                        .add("content", text)))
                .build()
                .toString();
    }

    @Test
    void requestsThatDoNotFitTogetherWaitForEachOther() {
        ApiClient ada = ApiClient.of(server, "ada@example.com");
        ExecutorService callers = Executors.newFixedThreadPool(6);
        try {
            List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                String body = question("Count to " + (i + 3) + ". ".repeat(150), 40);
                answers.add(CompletableFuture.supplyAsync(() -> ada.post("/v1/chat/completions", body), callers));
            }
            assertThat(answers)
                    .allSatisfy(answer -> assertThat(answer.join().statusCode())
                            .as(answer.join().body())
                            .isEqualTo(200));
        } finally {
            callers.shutdown();
        }
        var status = ApiClient.json(ada.get("/api/settings/pool/status").body());
        assertThat(status.getInt("context_memory_bytes")).isZero();
    }

    @Test
    void aContextThatNeverFitsIsRefusedWithTheLongestThatDoes() {
        ApiClient ada = ApiClient.of(server, "ada@example.com");
        HttpResponse<String> refused = ada.post("/v1/chat/completions", question("Hello.", 2000));
        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(400);
        assertThat(refused.body()).contains("context_length_exceeded", "the longest context that fits is");
        assertThat(ada.post("/v1/chat/completions", question("Hello.", 20)).statusCode())
                .isEqualTo(200);
    }

    @Test
    void aProfileThatAsksForMoreThanFitsIsRefusedAtItsStart() {
        ApiClient ada = ApiClient.of(server, "ada@example.com");
        HttpResponse<String> created = ada.post(
                "/api/profiles",
                "{\"name\":\"too-long\",\"model_id\":\"mlx-manager/starter-qwen3-4m-4bit\",\"context\":{\"context_length\":4096}}");
        assertThat(created.statusCode()).as(created.body()).isIn(201, 422, 400);
        if (created.statusCode() == 201) {
            String body = question("Hello.", 5).replace("mlx-manager/starter-qwen3-4m-4bit", "profile:too-long");
            HttpResponse<String> refused = ada.post("/v1/chat/completions", body);
            assertThat(refused.statusCode()).as(refused.body()).isEqualTo(400);
            assertThat(refused.body()).contains("context_length_exceeded", "4096", "2048");
        }
    }
}
