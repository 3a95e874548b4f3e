package io.mlxmanager.it;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Running profiles through the front door: start, watch, stop. */
class ServersIT {

    private static final String MODEL = "mlx-manager/starter-qwen3-4m-4bit";

    private final ApiClient client = ApiClient.of(RunningServer.shared(), "ada@example.com");

    private int profile(String model, boolean pinned) {
        HttpResponse<String> response = client.post(
                "/api/profiles",
                Json.createObjectBuilder()
                        .add("name", "server " + UUID.randomUUID())
                        .add("model_id", model)
                        .add("pinned", pinned)
                        .build()
                        .toString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
        return ApiClient.json(response.body()).getInt("id");
    }

    private JsonObject status(int id) {
        return ApiClient.json(client.get("/api/servers/" + id + "/status").body());
    }

    private void awaitState(int id, String state) {
        Poll.until(() -> status(id).getString("state").equals(state));
    }

    @Test
    void aStartedProfileBecomesReadyAndAStoppedOneIsGone() {
        int id = profile(MODEL, false);

        HttpResponse<String> started = client.post("/api/servers/" + id + "/start", "");

        assertThat(started.statusCode()).as(started.body()).isEqualTo(200);
        awaitState(id, "ready");
        assertThat(client.get("/api/servers").body()).contains("\"profile_id\":" + id);
        assertThat(ApiClient.json(client.get("/api/servers/" + id + "/health").body())
                        .getBoolean("model_loaded"))
                .isTrue();
        assertThat(client.get("/api/servers/" + id + "/events").body())
                .contains("\"state\":\"ready\"", "\"progress\":100")
                .endsWith("data: [DONE]\n\n");

        client.post("/api/servers/" + id + "/stop", "");
        awaitState(id, "stopped");
        client.post("/api/servers/" + id + "/restart", "");
        awaitState(id, "ready");
    }

    @Test
    void thePartThatRunsModelsTellsOfItself() {
        int id = profile(MODEL, false);
        client.post("/api/servers/" + id + "/start", "");
        awaitState(id, "ready");

        JsonObject whole = ApiClient.json(client.get("/api/servers/embedded").body());
        assertThat(whole.getString("status")).isEqualTo("running");
        assertThat(whole.getJsonArray("loaded_models").toString()).contains(MODEL);
        assertThat(whole.getJsonNumber("memory_limit_gb").doubleValue()).isPositive();
        assertThat(client.get("/api/servers/models").body())
                .contains("\"model_id\":\"" + MODEL + "\"", "\"loaded_at\":\"20", "\"last_used\":\"20");
        JsonObject health = ApiClient.json(client.get("/api/servers/health").body());
        assertThat(health.getBoolean("model_pool_initialized")).isTrue();
        assertThat(health.getInt("loaded_model_count")).isPositive();
        JsonObject memory = ApiClient.json(client.get("/api/servers/memory").body());
        assertThat(memory.getJsonNumber("active_gb").doubleValue())
                .isPositive()
                .isLessThan(memory.getJsonNumber("limit_gb").doubleValue());
    }

    @Test
    void aRequestSaysHowLongItsModelStays() {
        String brief = "{\"model\":\"" + MODEL + "\",\"max_tokens\":3,\"keep_alive\":%s,"
                + "\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}";
        assertThat(client.post("/v1/chat/completions", String.format(brief, "-1"))
                        .statusCode())
                .isEqualTo(200);
        assertThat(client.get("/api/settings/pool/status").body()).contains(MODEL);

        assertThat(client.post("/v1/chat/completions", String.format(brief, "0"))
                        .statusCode())
                .isEqualTo(200);
        Poll.until(() -> !client.get("/api/settings/pool/status").body().contains(MODEL));
        assertThat(client.post("/v1/chat/completions", String.format(brief, "\"soon\""))
                        .body())
                .contains("\"param\":\"keep_alive\"");
    }

    @Test
    void aPinnedProfileShowsInThePoolUntilItIsStopped() {
        int id = profile(MODEL, true);
        client.post("/api/servers/" + id + "/start", "");
        awaitState(id, "ready");

        assertThat(client.get("/api/settings/pool/status").body()).contains("\"preloaded\":true");

        client.post("/api/servers/" + id + "/stop", "");
        awaitState(id, "stopped");
    }

    @Test
    void aModelThatCannotBeLoadedSaysWhy() throws IOException {
        Path folder = RunningServer.shared().home().resolve("models/tests/broken");
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("config.json"), "{\"model_type\":\"unheard_of\"}");
        Files.writeString(folder.resolve("tokenizer.json"), "{}");
        Files.writeString(folder.resolve("model.safetensors"), "none");
        int id = profile("tests/broken", false);

        client.post("/api/servers/" + id + "/start", "");

        awaitState(id, "failed");
        assertThat(status(id).getString("error_message")).contains("unheard_of");
        assertThat(status(id).getBoolean("failed")).isTrue();
    }

    @Test
    void whatIsNotThereIsNotStarted() {
        assertThat(client.post("/api/servers/999999/start", "").statusCode()).isEqualTo(404);
        assertThat(client.get("/api/servers/999999/status").statusCode()).isEqualTo(404);
        assertThat(client.get("/api/servers/999999/events").statusCode()).isEqualTo(404);
    }

    @Test
    void anAnswerThatOutlivesTheWaitEndsWithAnErrorAndTheNextOneLoadsAgain() {
        int id = profile(MODEL, false);
        String endless = "{\"model\":\"" + MODEL + "\",\"stream\":true,\"temperature\":2,\"max_tokens\":2000,"
                + "\"messages\":[{\"role\":\"user\",\"content\":\"Tell me a story about a fox.\"}]}";
        List<Stream<String>> answers = Stream.generate(
                        () -> client.lines("/v1/chat/completions", endless).body())
                .limit(6)
                .toList();
        HttpResponse<String> stopped = client.post("/api/servers/" + id + "/stop?wait_seconds=0", "");
        List<String> lines = answers.stream().flatMap(answer -> answer).toList();

        assertThat(stopped.statusCode()).as(stopped.body()).isEqualTo(200);
        assertThat(lines.stream().filter("data: [DONE]"::equals)).hasSize(6);
        assertThat(lines).anySatisfy(line -> assertThat(line).contains("was unloaded"));
        client.post("/api/servers/" + id + "/start", "");
        awaitState(id, "ready");
        // Longer than the pool's own clock takes to look again: what began after the stop is not its business.
        String brief = endless.replace("true", "false").replace("2000", "20");
        for (int i = 0; i < 100; i++) {
            assertThat(client.post("/v1/chat/completions", brief).statusCode()).isEqualTo(200);
        }
        assertThat(client.post("/api/servers/" + id + "/stop?wait_seconds=-1", "")
                        .statusCode())
                .isEqualTo(422);
    }

    @Test
    void whatStartsByItselfIsThereAfterARestartOfTheServer() {
        try (RunningServer server = RunningServer.start("autostart", Map.of())) {
            ApiClient admin = ApiClient.of(server, "ada@example.com");
            HttpResponse<String> made = admin.post(
                    "/api/profiles",
                    "{\"name\":\"early\",\"model_id\":\"" + MODEL + "\",\"auto_start\":true,\"pinned\":true}");
            int id = ApiClient.json(made.body()).getInt("id");
            admin.send(admin.request("/api/settings/pool")
                    .header("Content-Type", "application/json")
                    .PUT(HttpRequest.BodyPublishers.ofString(
                            "{\"memory_limit_mode\":\"gb\",\"memory_limit_value\":3}")));
            server.stop();
            server.launch();

            Poll.until(() -> ApiClient.json(
                            admin.get("/api/servers/" + id + "/status").body())
                    .getString("state")
                    .equals("ready"));
            assertThat(admin.get("/api/settings/pool/status").body())
                    .contains("\"preloaded\":true", "\"max_memory_bytes\":3000000000");
        }
    }
}
