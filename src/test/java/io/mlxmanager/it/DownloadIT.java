package io.mlxmanager.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlxmanager.testing.hub.HubStandIn;
import io.mlxmanager.testing.hub.StandInRepository;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Downloads over the real server, from a hub of our own. */
class DownloadIT {

    private static final Path STARTER = Path.of("src/main/resources/META-INF/models/starter-qwen3-4m-4bit");
    private static final int SIZE = 8 << 20;
    private static final HubStandIn HUB = new HubStandIn();
    private static RunningServer server;
    private static ApiClient client;

    @BeforeAll
    static void start() {
        server = RunningServer.start(
                "downloads",
                Map.of(
                        "HF_ENDPOINT", HUB.endpoint().toString(),
                        "MLX_MANAGER_DOWNLOADS_PART_SIZE", "1 MiB",
                        "MLX_MANAGER_DOWNLOADS_KEEP_FREE", "0"));
        client = ApiClient.of(server, "ada@example.com");
    }

    @AfterEach
    void release() {
        HUB.store().release();
    }

    @AfterAll
    static void stop() {
        HUB.store().release();
        server.close();
        HUB.close();
    }

    private static StandInRepository random(String model) {
        byte[] weights = new byte[SIZE];
        new Random(model.hashCode()).nextBytes(weights);
        return HUB.repository(model)
                .text("config.json", "{\"model_type\":\"qwen3\"}")
                .large("model.safetensors", weights);
    }

    private static JsonObject begin(String model) {
        HttpResponse<String> answer = client.post(
                "/api/models/download",
                Json.createObjectBuilder().add("model_id", model).build().toString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return ApiClient.json(answer.body());
    }

    private static JsonObject status(String task) {
        return ApiClient.json(
                client.get("/api/models/download/" + task + "/status").body());
    }

    private static void untilMoving(String task) {
        Poll.until(() -> status(task).getJsonNumber("downloaded_bytes").longValue() >= SIZE / 4);
    }

    /** The events of a download from now to its end. */
    private static List<JsonObject> watch(ApiClient observer, String path) {
        HttpResponse<String> answer = observer.send(observer.request(path).GET());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith("text/event-stream");
        return answer.body()
                .lines()
                .filter(line -> line.startsWith("data: "))
                .map(line -> ApiClient.json(line.substring(6)))
                .toList();
    }

    @Test
    void aDownloadedModelAnswersAtOnce() throws IOException {
        StandInRepository repository = HUB.repository("ada/other-name");
        try (Stream<Path> files = Files.list(STARTER)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String name = file.getFileName().toString();
                byte[] bytes = Files.readAllBytes(file);
                if (name.endsWith(".safetensors")) {
                    repository.large(name, bytes);
                } else {
                    repository.small(name, bytes);
                }
            }
        }

        JsonObject job = begin("ada/other-name");
        List<JsonObject> frames = watch(client, "/api/models/download/" + job.getString("task_id") + "/progress");

        JsonObject last = frames.get(frames.size() - 1);
        assertThat(last.getString("status")).as(last.toString()).isEqualTo("completed");
        assertThat(last.keySet())
                .contains(
                        "status",
                        "progress",
                        "downloaded_bytes",
                        "total_bytes",
                        "error",
                        "download_id",
                        "bytes_per_second",
                        "eta_seconds",
                        "files_done",
                        "files_total");
        assertThat(last.getInt("progress")).isEqualTo(100);
        assertThat(client.get("/v1/models").body()).contains("ada/other-name");
        String answer = client.post(
                        "/v1/chat/completions",
                        "{\"model\":\"ada/other-name\",\"temperature\":0,"
                                + "\"chat_template_kwargs\":{\"enable_thinking\":false},"
                                + "\"messages\":[{\"role\":\"user\",\"content\":\"Hello!\"}]}")
                .body();
        assertThat(answer).contains("Hello! How can I help you?");
    }

    @Test
    void aKilledServerGoesOnFromWhereItWas() {
        StandInRepository repository = random("ada/killed");
        HUB.store().holdAfter(SIZE / 2);
        long before = HUB.store().sent();
        String task = begin("ada/killed").getString("task_id");
        untilMoving(task);

        server.kill();
        HUB.store().release();
        server.launch();

        Poll.until(() -> status(task).getString("status").equals("completed"));
        Path snapshots = server.home().resolve("no-hub/hub/models--ada--killed/snapshots");
        assertThat(snapshots.resolve(repository.commit()).resolve("model.safetensors"))
                .hasBinaryContent(
                        repository.file("model.safetensors").orElseThrow().bytes());
        assertThat(HUB.store().sent() - before).isLessThan(SIZE * 3L / 2);
    }

    @Test
    void observersOnlyObserve() {
        random("ada/watched");
        HUB.store().holdAfter(SIZE / 2);
        String task = begin("ada/watched").getString("task_id");
        String path = "/api/models/download/" + task + "/progress";
        untilMoving(task);
        long sent = HUB.store().sent();

        List<CompletableFuture<List<JsonObject>>> observers = IntStream.range(0, 20)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> watch(client, path)))
                .toList();
        assertThat(client.get("/api/models/downloads/active").body()).contains(task);
        HUB.store().release();

        for (CompletableFuture<List<JsonObject>> observer : observers) {
            List<JsonObject> frames = observer.join();
            assertThat(frames.get(0).getJsonNumber("downloaded_bytes").longValue())
                    .isPositive();
            assertThat(frames.get(frames.size() - 1).getString("status")).isEqualTo("completed");
        }
        assertThat(HUB.store().sent() - sent).isLessThan(SIZE);
    }

    @Test
    void pauseResumeAndCancelAnswerWithTheStateOrWith409() {
        random("ada/paused");
        HUB.store().holdAfter(SIZE / 2);
        JsonObject job = begin("ada/paused");
        String path = "/api/models/download/" + job.getInt("download_id");
        untilMoving(job.getString("task_id"));

        assertThat(ApiClient.json(client.post(path + "/pause", "").body()).getString("status"))
                .isEqualTo("paused");
        assertThat(client.post(path + "/pause", "").statusCode()).isEqualTo(409);
        assertThat(client.post(path + "/resume", "").statusCode()).isEqualTo(200);
        assertThat(client.post(path + "/resume", "").statusCode()).isEqualTo(409);
        JsonObject cancelled = ApiClient.json(client.post(path + "/cancel", "").body());
        assertThat(cancelled.getString("status")).isEqualTo("cancelled");
        assertThat(cancelled.getBoolean("cleanup_success")).isTrue();
        assertThat(client.post(path + "/cancel", "").statusCode()).isEqualTo(409);
        assertThat(client.post("/api/models/download/999999/pause", "").statusCode())
                .isEqualTo(404);
    }

    @Test
    void theStreamAsksWhoIsThereBeforeItsFirstByte() {
        random("ada/guarded");
        String task = begin("ada/guarded").getString("task_id");
        String path = "/api/models/download/" + task + "/progress";
        ApiClient anonymous = ApiClient.anonymous(server);

        assertThat(anonymous.get(path).statusCode()).isEqualTo(401);
        assertThat(anonymous.get(path + "?token=wrong").statusCode()).isEqualTo(401);
        assertThat(anonymous
                        .get("/api/models/download/" + task + "/status?token=" + client.token())
                        .statusCode())
                .isEqualTo(401);
        List<JsonObject> frames = watch(anonymous, path + "?token=" + client.token());
        assertThat(frames.get(frames.size() - 1).getString("status")).isEqualTo("completed");
        assertThat(client.get("/api/models/download/nobody/progress").statusCode())
                .isEqualTo(404);
    }
}
