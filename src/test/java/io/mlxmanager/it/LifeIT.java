package io.mlxmanager.it;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What happens to the server over time: restarts of the application, power cuts, machines without a compiler. */
class LifeIT {

    private static final String MODEL = "mlx-manager/starter-qwen3-4m-4bit";
    private static final String QUESTION = "{\"model\":\"" + MODEL + "\",\"temperature\":0,"
            + "\"chat_template_kwargs\":{\"enable_thinking\":false},"
            + "\"messages\":[{\"role\":\"user\",\"content\":\"Hello!\"}]}";
    private static final int RESTARTS = 20;

    private static String answer(ApiClient client) {
        JsonObject body =
                ApiClient.json(client.post("/v1/chat/completions", QUESTION).body());
        return body.getJsonArray("choices")
                .getJsonObject(0)
                .getJsonObject("message")
                .getString("content");
    }

    @Test
    void theNativeLibrarySurvivesRestartsOfTheApplication() {
        try (RunningServer server = RunningServer.start("restarts", Map.of())) {
            ApiClient client = ApiClient.of(server, "ada@example.com");
            assertThat(answer(client)).isEqualTo("Hello! How can I help you?");
            for (int i = 0; i < RESTARTS; i++) {
                server.restartApplication();
                assertThat(answer(client)).as("after restart %d", i + 1).isEqualTo("Hello! How can I help you?");
            }
            assertThat(server.allLogs())
                    .doesNotContain("UnsatisfiedLinkError")
                    .doesNotContain("NoClassDefFoundError")
                    .doesNotContain("CWWKL0002E")
                    .doesNotContain("Unable to resolve location")
                    .doesNotContain("A pool event failed");
        }
    }

    @Test
    void aKilledServerComesBackWithItsUsersAndItsAuditLogAndEndsWithoutReadingClasses() throws IOException {
        Path classes = Path.of("target/it/killed-classes.log").toAbsolutePath();
        Map<String, String> watched = Map.of("JVM_ARGS", "-Xlog:class+load:file=" + classes + "::filecount=0");
        try (RunningServer server = RunningServer.start("killed", watched)) {
            ApiClient client = ApiClient.of(server, "ada@example.com");
            assertThat(answer(client)).isNotEmpty();
            Poll.until(() -> client.get("/api/system/audit-logs").body().contains("\"success\""));
            server.kill();
            server.launch();
            assertThat(client.get("/api/auth/me").statusCode()).isEqualTo(200);
            assertThat(client.get("/api/system/audit-logs").body()).contains(MODEL);
            assertThat(answer(client)).isEqualTo("Hello! How can I help you?");
            long before = lines(classes);
            server.stop();
            assertThat(readFromTheArchive(classes, before))
                    .as("classes of the application that its end needs first, when its archive may be gone")
                    .isEmpty();
        }
    }

    private static long lines(Path log) throws IOException {
        try (Stream<String> lines = Files.lines(log)) {
            return lines.count();
        }
    }

    /** Others are made in memory, of classes that are there. */
    private static List<String> readFromTheArchive(Path log, long from) throws IOException {
        try (Stream<String> lines = Files.lines(log)) {
            return lines.skip(from)
                    .filter(line -> line.matches(".* io\\.mlxmanager\\.[\\w.$]+ source: .*"))
                    .filter(line -> line.contains(".war"))
                    .toList();
        }
    }

    @Test
    void withoutAnEngineEverythingElseWorks() {
        try (RunningServer server = RunningServer.start("no-engine", Map.of("MLX_MANAGER_ENGINE_BACKEND", "none"))) {
            ApiClient client = ApiClient.of(server, "ada@example.com");
            var refused = client.post("/v1/chat/completions", QUESTION);
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.body()).contains("No local engine");
            var health = ApiClient.anonymous(server).get("/health");
            assertThat(health.statusCode()).isEqualTo(200);
            assertThat(health.body()).contains("no local engine");
            assertThat(client.get("/v1/models").body()).contains(MODEL);
            assertThat(ApiClient.json(client.get("/api/system/info").body()).getString("engine"))
                    .isEqualTo("none");
        }
    }
}
