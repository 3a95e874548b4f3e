package io.mlxmanager.it;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A server that answers one request at a time and lets few wait. */
class QueueIT {

    private static RunningServer server;

    @BeforeAll
    static void start() {
        server = RunningServer.start(
                "queue",
                Map.of(
                        "MLX_MANAGER_ENGINE_MAX_BATCH",
                        "1",
                        "MLX_MANAGER_QUEUE_PER_USER",
                        "3",
                        "MLX_MANAGER_QUEUE_PER_MODEL",
                        "4"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /** So hot that words mean nothing and no end is found for long. */
    private static String question() {
        return Json.createObjectBuilder()
                .add("model", "mlx-manager/starter-qwen3-4m-4bit")
                .add("stream", true)
                .add("temperature", 2)
                .add("max_tokens", 1900)
                .add(
                        "messages",
                        Json.createArrayBuilder()
                                .add(Json.createObjectBuilder()
                                        .add("role", "user")
                                        .add("content", "Write a very long story.")))
                .build()
                .toString();
    }

    @Test
    void whoWaitsHearsTheirPlaceAndWhoAsksTooMuchOrFindsTheQueueFullIsToldToWait() {
        ApiClient ada = ApiClient.of(server, "ada@example.com");
        List<HttpResponse<Stream<String>>> streams = new ArrayList<>();
        HttpResponse<Stream<String>> answer = ada.lines("/v1/chat/completions", question());
        String metrics = "";
        while (answer.statusCode() == 200 && streams.size() < 100) {
            streams.add(answer);
            // Who waits at the refusal that ends this has waited here already.
            metrics = ada.get("/api/system/metrics").body();
            answer = ada.lines("/v1/chat/completions", question());
        }
        assertThat(answer.statusCode()).isEqualTo(429);
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
        assertThat(answer.body().toList()).anyMatch(line -> line.contains("user_queue_full"));
        ApiClient bob = ApiClient.approved(server, "bob@example.com", ada);
        HttpResponse<Stream<String>> full = answer;
        for (int i = 0; i < 100 && full.statusCode() != 503; i++) {
            full = (i % 2 == 0 ? bob : ada).lines("/v1/chat/completions", question());
            if (full.statusCode() == 200) {
                streams.add(full);
            }
        }
        assertThat(full.statusCode()).isEqualTo(503);
        assertThat(full.headers().firstValue("Retry-After")).isPresent();
        assertThat(full.body().toList()).anyMatch(line -> line.contains("queue_full"));
        assertThat(metric(metrics, "requests_waiting")).isGreaterThanOrEqualTo(3);
        assertThat(metric(metrics, "queue_longest_wait_seconds")).isPositive();

        List<List<String>> heard =
                streams.stream().map(stream -> stream.body().toList()).toList();
        assertThat(heard)
                .allSatisfy(lines -> assertThat(lines).contains("data: [DONE]"))
                .anySatisfy(lines -> assertThat(lines).anyMatch(line -> line.matches(": queued [1-3]")));
        assertThat(ApiClient.json(ada.get("/api/settings/pool/status").body()).getJsonArray("queued"))
                .isEmpty();
        String after = ada.get("/api/system/metrics").body();
        assertThat(metric(after, "requests_waiting")).isZero();
        assertThat(metric(after, "queue_longest_wait_seconds")).isZero();
        assertThat(metric(after, "generated_tokens_total")).isPositive();
    }

    /** Of the one model that there is. */
    private static double metric(String metrics, String name) {
        String line = metrics.lines()
                .filter(each -> each.startsWith("mlx_manager_" + name + "{"))
                .findFirst()
                .orElseThrow(() -> new AssertionError(name + " is not among\n" + metrics));
        assertThat(line).contains("model=\"mlx-manager/starter-qwen3-4m-4bit\"");
        return Double.parseDouble(line.substring(line.indexOf("} ") + 2));
    }
}
