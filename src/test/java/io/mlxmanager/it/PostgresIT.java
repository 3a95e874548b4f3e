package io.mlxmanager.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import jakarta.json.JsonValue;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The application on PostgreSQL, by configuration alone. Skips where PostgreSQL is not installed. */
class PostgresIT {

    private static final String QUESTION = "{\"model\":\"mlx-manager/starter-qwen3-4m-4bit\",\"temperature\":0,"
            + "\"chat_template_kwargs\":{\"enable_thinking\":false},"
            + "\"messages\":[{\"role\":\"user\",\"content\":\"Hello!\"}]}";

    /** Longer than a row of a stored response. */
    private static final String LONG = "\u4e2dabc".repeat(5000);

    private static Optional<PostgresServer> postgres = Optional.empty();
    private static RunningServer server;

    @BeforeAll
    static void start() {
        postgres = PostgresServer.start();
        assumeTrue(postgres.isPresent(), "PostgreSQL is not installed: the application was not tried on it");
        server = RunningServer.start(
                "postgres", Map.of("MLX_MANAGER_DB_URL", postgres.get().url(), "MLX_MANAGER_DB_USER", "mlx"));
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
        postgres.ifPresent(PostgresServer::close);
    }

    private static long admins(List<String> registered) {
        return registered.stream()
                .filter(body -> ApiClient.json(body).getBoolean("is_admin", false))
                .count();
    }

    @Test
    void usersChatsKeysAndTheAuditChainWorkAndOutliveAPowerCut() {
        ApiClient anonymous = ApiClient.anonymous(server);
        List<String> registered = IntStream.range(0, 6)
                .parallel()
                .mapToObj(i -> anonymous
                        .post(
                                "/api/auth/register",
                                "{\"email\":\"user" + i + "@example.com\",\"password\":\"" + ApiClient.PASSWORD + "\"}")
                        .body())
                .toList();
        assertThat(admins(registered)).isEqualTo(1);
        String email = registered.stream()
                .map(ApiClient::json)
                .filter(user -> user.getBoolean("is_admin"))
                .findFirst()
                .orElseThrow()
                .getString("email");
        ApiClient admin = ApiClient.of(server, email);
        assertThat(admin.post("/v1/chat/completions", QUESTION).body()).contains("Hello! How can I help you?");
        assertThat(admin.post("/api/keys", "{\"name\":\"ci\"}").statusCode()).isEqualTo(201);
        String response = ApiClient.json(admin.post(
                                "/v1/responses",
                                "{\"model\":\"mlx-manager/starter-qwen3-4m-4bit\",\"input\":\"Hello!\",\"metadata\":{\"n\":\""
                                        + LONG + "\"}}")
                        .body())
                .getString("id");

        server.kill();
        server.launch();

        assertThat(admin.get("/v1/responses/" + response).body()).contains(LONG);
        assertThat(admin.delete("/v1/responses/" + response).statusCode()).isEqualTo(200);
        assertThat(admin.get("/api/keys").body()).contains("\"ci\"");
        assertThat(admin.get("/api/system/audit-logs?model=mlx-manager/starter-qwen3-4m-4bit")
                        .body())
                .contains("\"success\"");
        assertThat(ApiClient.json(admin.get("/api/system/audit-logs/verify").body())
                        .get("intact"))
                .isEqualTo(JsonValue.TRUE);
        assertThat(admin.get("/api/system/audit-logs/stats").statusCode()).isEqualTo(200);
        assertThat(admin.get("/api/system/audit-logs/export?format=csv").body()).contains("success");
    }
}
