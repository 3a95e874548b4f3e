package io.mlxmanager.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlxmanager.testing.TokenIssuerServer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A server that trusts an external issuer, and lets programs on its own machine use models without a key. */
class OpenDoorIT {

    private static final String QUESTION = "{\"model\":\"mlx-manager/starter-qwen3-4m-4bit\",\"temperature\":0,"
            + "\"chat_template_kwargs\":{\"enable_thinking\":false},"
            + "\"messages\":[{\"role\":\"user\",\"content\":\"Hello!\"}]}";

    private static TokenIssuerServer issuer;
    private static RunningServer server;

    @BeforeAll
    static void start() {
        issuer = new TokenIssuerServer();
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("MP_JWT_VERIFY_PUBLICKEY_LOCATION", issuer.keysUrl().toString());
        environment.put("MP_JWT_VERIFY_ISSUER", TokenIssuerServer.ISSUER);
        environment.put("MP_JWT_VERIFY_AUDIENCES", TokenIssuerServer.AUDIENCE);
        environment.put("MLX_MANAGER_SECURITY_OPEN_INFERENCE", "true");
        server = RunningServer.start("open-door", environment);
    }

    @AfterAll
    static void stop() {
        server.close();
        issuer.close();
    }

    private static ApiClient of(String subject, String... groups) {
        return ApiClient.anonymous(server)
                .withToken(TokenIssuerServer.sign(
                        issuer.firstKey(), TokenIssuerServer.claims(subject, subject + "@example.org", groups)));
    }

    @Test
    void theIssuersAdministratorAdministersAndAStrangerWaits() {
        ApiClient stranger = of("stranger");
        assertThat(stranger.get("/api/auth/me").statusCode()).isEqualTo(401);
        ApiClient admin = of("boss", "admin");
        assertThat(ApiClient.json(admin.get("/api/auth/me").body()).getBoolean("is_admin"))
                .isTrue();
        assertThat(admin.get("/api/auth/users").body()).contains("stranger@example.org", "pending");
        assertThat(admin.post("/v1/chat/completions", QUESTION).body()).contains("Hello! How can I help you?");
    }

    @Test
    void aLocalProgramMayAskModelsWithoutAKeyAndNothingElse() {
        ApiClient program = ApiClient.anonymous(server);
        assertThat(program.get("/v1/models").statusCode()).isEqualTo(200);
        assertThat(program.post("/v1/chat/completions", QUESTION).body()).contains("Hello! How can I help you?");
        assertThat(program.get("/api/auth/me").statusCode()).isEqualTo(401);
        assertThat(program.get("/api/system/audit-logs").statusCode()).isEqualTo(401);
    }

    @Test
    void aBadCredentialIsNotForgivenByTheOpenDoor() {
        assertThat(ApiClient.anonymous(server)
                        .withToken("nonsense")
                        .get("/v1/models")
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void whatAProxyOrAForeignPageSendsIsNotLocal() {
        ApiClient program = ApiClient.anonymous(server);
        for (String header : new String[] {"X-Forwarded-For", "Forwarded"}) {
            assertThat(program.send(program.request("/v1/models")
                                    .header(header, "203.0.113.7")
                                    .GET())
                            .statusCode())
                    .isEqualTo(401);
        }
        assertThat(program.send(program.request("/v1/models")
                                .header("Origin", "https://evil.example")
                                .GET())
                        .statusCode())
                .isEqualTo(401);
        assertThat(Handshake.get(server, "/v1/models", "evil.example").status()).isEqualTo(401);
    }

    @Test
    void theStartSaysThatTheDoorIsOpen() {
        assertThat(server.consoleText()).containsOnlyOnce("mlx-manager.security.open-inference is on");
    }
}
