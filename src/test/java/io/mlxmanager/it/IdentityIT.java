package io.mlxmanager.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlxmanager.testing.TokenMatrix;
import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.StringReader;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Users, tokens and the audit log through the doors of a real server. */
class IdentityIT {

    private static final String SECRET = "a secret of the tests, of more than 32 bytes";
    private static final String SOCKET = "/api/system/ws/audit-logs";
    private static final String MODEL = "mlx-manager/starter-qwen3-4m-4bit";

    /** So many at once keep this small model busy for half a minute, if nothing ends them. */
    private static final int STREAMS = 40;

    private static final String LONG_STREAM = "{\"model\":\"" + MODEL + "\",\"stream\":true,\"temperature\":2,"
            + "\"max_tokens\":2000,\"messages\":[{\"role\":\"user\",\"content\":\"Tell me a story.\"}]}";

    private static final Duration SOON = Duration.ofSeconds(10);

    private static RunningServer server;
    private static ApiClient admin;
    private static long adminId;
    private static long pendingId;
    private static long disabledId;

    @BeforeAll
    static void start() throws Exception {
        server = RunningServer.start("identity", Map.of("MLX_MANAGER_JWT_SECRET", SECRET));
        List<JsonObject> registered = registerAtOnce(6);
        List<JsonObject> admins =
                registered.stream().filter(user -> user.getBoolean("is_admin")).toList();
        assertThat(admins)
                .as("administrators after six first registrations at once")
                .hasSize(1);
        admin = ApiClient.of(server, admins.get(0).getString("email"));
        adminId = id(admins.get(0));
        List<JsonObject> others =
                registered.stream().filter(user -> !user.getBoolean("is_admin")).toList();
        assertThat(others).allMatch(user -> user.getString("status").equals("pending"));
        pendingId = id(others.get(0));
        disabledId = id(others.get(1));
        change(disabledId, "{\"status\":\"disabled\"}");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static List<JsonObject> registerAtOnce(int users) throws Exception {
        ApiClient anonymous = ApiClient.anonymous(server);
        List<Callable<String>> calls = IntStream.range(0, users)
                .<Callable<String>>mapToObj(i -> () -> anonymous
                        .post(
                                "/api/auth/register",
                                "{\"email\":\"user" + i + "@example.org\",\"password\":\"" + ApiClient.PASSWORD + "\"}")
                        .body())
                .toList();
        ExecutorService pool = Executors.newFixedThreadPool(users);
        try {
            List<JsonObject> registered = new ArrayList<>();
            for (Future<String> call : pool.invokeAll(calls)) {
                registered.add(ApiClient.json(call.get()));
            }
            return registered;
        } finally {
            pool.shutdown();
        }
    }

    private static long id(JsonObject user) {
        return user.getJsonNumber("id").longValue();
    }

    private static HttpResponse<String> change(long user, String body) {
        HttpResponse<String> answer = admin.send(admin.request("/api/auth/users/" + user)
                .header("Content-Type", "application/json")
                .PUT(HttpRequest.BodyPublishers.ofString(body)));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer;
    }

    private static ApiClient approvedUser(String email) {
        return ApiClient.approved(server, email, admin);
    }

    private static long ownId(ApiClient client) {
        return id(ApiClient.json(client.get("/api/auth/me").body()));
    }

    static List<TokenMatrix.Row> matrix() {
        return new TokenMatrix(SECRET, Instant.now())
                .rows(new TokenMatrix.Subjects(adminId, pendingId, disabledId, 99_999));
    }

    private static String query(String token) {
        return "?token=" + URLEncoder.encode(token, StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @MethodSource("matrix")
    void theHeaderGivesTheVerdictOfTheMatrix(TokenMatrix.Row row) {
        HttpRequest.Builder request =
                ApiClient.anonymous(server).request("/api/auth/me").header("Authorization", "Bearer " + row.token());
        HttpResponse<String> answer = admin.send(request.GET());

        assertThat(answer.statusCode()).isEqualTo(row.accepted() ? 200 : 401);
        if (!row.accepted()) {
            assertThat(answer.headers().firstValue("WWW-Authenticate")).contains("Bearer");
            assertThat(answer.headers().firstValue("Content-Type").orElseThrow())
                    .startsWith("application/problem+json");
            assertThat(ApiClient.json(answer.body()).getString("detail"))
                    .isIn("Not authenticated", "Could not validate credentials");
        }
    }

    /** A proxy in front may send such a header of its own; one that nobody can decode is no other case. */
    @ParameterizedTest
    @ValueSource(strings = {"Basic abc", "Basic YWJj", "Basic dXNlcjpwdw=="})
    void aHeaderOfBasicAuthenticationIsNoCredential(String header) {
        HttpRequest.Builder request =
                ApiClient.anonymous(server).request("/v1/models").header("Authorization", header);
        assertThat(admin.send(request.GET()).statusCode()).isEqualTo(401);

        HttpRequest.Builder page = ApiClient.anonymous(server).request("/").header("Authorization", header);
        assertThat(admin.send(page.GET()).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @MethodSource("matrix")
    void theOpenAiDoorGivesTheSameVerdictInItsOwnEnvelope(TokenMatrix.Row row) {
        HttpRequest.Builder request =
                ApiClient.anonymous(server).request("/v1/models").header("Authorization", "Bearer " + row.token());
        HttpResponse<String> answer = admin.send(request.GET());

        assertThat(answer.statusCode()).isEqualTo(row.accepted() ? 200 : 401);
        if (!row.accepted()) {
            assertThat(ApiClient.json(answer.body()).getJsonObject("error").getString("type"))
                    .isEqualTo("authentication_error");
        }
    }

    @ParameterizedTest
    @MethodSource("matrix")
    void theSocketGivesTheSameVerdictBeforeAnySwitchOfProtocols(TokenMatrix.Row row) {
        Handshake handshake = Handshake.of(server, SOCKET + query(row.token()), "");

        if (row.accepted()) {
            assertThat(handshake.status()).isEqualTo(101);
        } else {
            assertThat(handshake.status()).isEqualTo(401);
            assertThat(handshake.bytes()).startsWith("HTTP/1.1 401").doesNotContain("HTTP/1.1 101", "Sec-WebSocket");
            JsonObject body = ApiClient.json(handshake.body());
            assertThat(body.getInt("close_code")).isEqualTo(1008);
            assertThat(body.getInt("status")).isEqualTo(401);
        }
    }

    @ParameterizedTest
    @MethodSource("matrix")
    void noTokenInTheQueryOpensAnythingElse(TokenMatrix.Row row) {
        assertThat(ApiClient.anonymous(server)
                        .get("/api/auth/me" + query(row.token()))
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void aSocketWithoutATokenIsRefused() {
        assertThat(Handshake.of(server, SOCKET, "").status()).isEqualTo(401);
        assertThat(Handshake.of(server, SOCKET + "?other=1", "").status()).isEqualTo(401);
    }

    @Test
    void aSocketOfAForeignPageIsRefused() {
        String path = SOCKET + query(admin.token());

        Handshake refused = Handshake.of(server, path, "Origin: http://evil.example\r\n");
        assertThat(refused.status()).isEqualTo(403);
        assertThat(ApiClient.json(refused.body()).getInt("close_code")).isEqualTo(1008);
        assertThat(Handshake.of(server, path, "Origin: http://localhost:" + server.port() + "\r\n")
                        .status())
                .isEqualTo(101);
    }

    @Test
    void aTicketOpensTheSocketOnce() {
        String answer = admin.post("/api/auth/stream-tickets", "{\"path\":\"" + SOCKET + "\"}")
                .body();
        String ticket = ApiClient.json(answer).getString("ticket");

        HttpRequest.Builder asHeader =
                ApiClient.anonymous(server).request("/api/auth/me").header("Authorization", "Bearer " + ticket);
        assertThat(admin.send(asHeader.GET()).statusCode()).isEqualTo(401);
        assertThat(Handshake.of(server, SOCKET + query(ticket), "").status()).isEqualTo(101);
        assertThat(Handshake.of(server, SOCKET + query(ticket), "").status()).isEqualTo(401);
        assertThat(admin.post("/api/auth/stream-tickets", "{\"path\":\"/api/auth/me\"}")
                        .statusCode())
                .isEqualTo(422);
    }

    @Test
    void theLiveLogReplaysAndThenFollows() throws Exception {
        admin.get("/api/auth/me");
        try (LiveSocket live = new LiveSocket(server, SOCKET, admin.token())) {
            JsonObject replayed = ApiClient.json(live.next(SOON));
            assertThat(replayed.getString("type")).isEqualTo("log");

            ApiClient.anonymous(server)
                    .send(ApiClient.anonymous(server)
                            .request("/api/auth/login")
                            .header("Content-Type", "application/x-www-form-urlencoded")
                            .POST(HttpRequest.BodyPublishers.ofString("username=live@example.org&password=x")));

            long last = 0;
            JsonObject data;
            do {
                data = ApiClient.json(live.next(SOON)).getJsonObject("data");
                assertThat(id(data)).isGreaterThan(last);
                last = id(data);
            } while (!"live@example.org".equals(data.getString("subject", "")));
            assertThat(data.getString("endpoint")).isEqualTo("auth.login");
            assertThat(data.getString("status")).isEqualTo("refused");
            assertThat(data.getString("kind")).isEqualTo("security");
        }
    }

    @Test
    void aSocketOfAUserWhoLosesTheRightIsClosedWithinTwoSeconds() {
        ApiClient user = approvedUser("socket@example.org");
        try (LiveSocket live = new LiveSocket(server, SOCKET, user.token())) {
            change(ownId(user), "{\"status\":\"disabled\"}");

            assertThat(live.closeCode(Duration.ofSeconds(2))).isEqualTo(1008);
        }
        assertThat(user.get("/api/auth/me").statusCode()).isEqualTo(401);
    }

    @Test
    void streamsOfAUserWhoLosesTheRightEndWithAnErrorWithinTwoSeconds() throws Exception {
        ApiClient user = approvedUser("stream@example.org");
        long id = ownId(user);
        ExecutorService pool = Executors.newFixedThreadPool(STREAMS);
        CountDownLatch begun = new CountDownLatch(STREAMS);
        try {
            List<Future<String>> ends = IntStream.range(0, STREAMS)
                    .mapToObj(i -> pool.submit(() -> lastTwoEvents(user, begun)))
                    .toList();
            assertThat(begun.await(1, TimeUnit.MINUTES)).isTrue();
            Instant disabled = Instant.now();
            change(id, "{\"status\":\"disabled\"}");
            List<String> seen = new ArrayList<>();
            for (Future<String> end : ends) {
                seen.add(end.get(1, TimeUnit.MINUTES));
            }
            assertThat(Duration.between(disabled, Instant.now())).isLessThan(Duration.ofSeconds(2));
            assertThat(seen).allMatch(end -> end.endsWith("[DONE]"));
            assertThat(seen)
                    .filteredOn(end -> end.contains("Your access has ended") && end.contains("authentication_error"))
                    .hasSizeGreaterThan(STREAMS / 2);
        } finally {
            pool.shutdownNow();
        }
    }

    private static String lastTwoEvents(ApiClient user, CountDownLatch begun) {
        String before = "";
        String last = "";
        try (Stream<String> lines =
                user.lines("/v1/chat/completions", LONG_STREAM).body()) {
            for (String line : (Iterable<String>) lines.filter(text -> text.startsWith("data: "))::iterator) {
                if (last.isEmpty()) {
                    begun.countDown();
                }
                before = last;
                last = line;
            }
        }
        return before + last;
    }

    @Test
    void aKeySeesTheModelsItMayUseAndNoOthers() {
        ApiClient all = withKey("{\"name\":\"all\",\"models\":[\"mlx-manager/*\"]}");
        assertThat(all.get("/v1/models").body()).contains(MODEL);
        assertThat(all.get("/v1/models/" + MODEL).statusCode()).isEqualTo(200);
        ApiClient none = withKey("{\"name\":\"none\",\"models\":[\"other/*\"]}");
        assertThat(ApiClient.json(none.get("/v1/models").body()).getJsonArray("data"))
                .isEmpty();
        assertThat(none.get("/v1/models/" + MODEL).statusCode()).isEqualTo(403);
    }

    @Test
    void theAnthropicDoorRefusesInItsOwnEnvelope() {
        HttpResponse<String> refused = ApiClient.anonymous(server).post("/v1/messages", "{}");
        assertThat(refused.statusCode()).isIn(401, 404);
        JsonObject body = ApiClient.json(refused.body());
        assertThat(body.getString("type")).isEqualTo("error");
        assertThat(body.getString("request_id"))
                .isEqualTo(refused.headers().firstValue("X-Request-ID").orElseThrow());
    }

    @Test
    void aNormalUserSeesOwnRowsOnly() {
        ApiClient user = approvedUser("rows@example.org");

        JsonArray rows =
                array(user.get("/api/system/audit-logs?user_id=" + adminId).body());

        assertThat(rows).isNotEmpty();
        assertThat(rows)
                .allSatisfy(row -> assertThat(
                                row.asJsonObject().getJsonNumber("user_id").longValue())
                        .isEqualTo(ownId(user)));
        assertThat(array(admin.get("/api/system/audit-logs?limit=1").body())).hasSize(1);
    }

    @ParameterizedTest
    @MethodSource("matrix")
    void aDownloadReadsTheQueryAndGivesTheSameVerdict(TokenMatrix.Row row) {
        HttpResponse<String> answer =
                ApiClient.anonymous(server).get("/api/system/audit-logs/export" + query(row.token()) + "&format=csv");

        assertThat(answer.statusCode()).isEqualTo(row.accepted() ? 200 : 401);
        if (row.accepted()) {
            assertThat(answer.body()).startsWith("timestamp,request_id,model,");
            assertThat(answer.headers().firstValue("Content-Disposition").orElseThrow())
                    .contains("audit-logs.csv");
        }
    }

    @Test
    void theChainIsProvenToAdministratorsOnly() {
        JsonObject verdict =
                ApiClient.json(admin.get("/api/system/audit-logs/verify").body());

        assertThat(verdict.getBoolean("intact")).isTrue();
        assertThat(verdict.getInt("rows")).isPositive();
        assertThat(approvedUser("curious@example.org")
                        .get("/api/system/audit-logs/verify")
                        .statusCode())
                .isEqualTo(403);
    }

    @Test
    void usersAreAdministeredByAdministratorsOnly() {
        ApiClient user = approvedUser("normal@example.org");

        HttpResponse<String> refused = user.get("/api/auth/users");
        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(ApiClient.json(refused.body()).getString("detail")).isEqualTo("Admin access required");
        assertThat(ApiClient.anonymous(server).get("/api/auth/users").statusCode())
                .isEqualTo(401);
        assertThat(array(admin.get("/api/auth/users").body())).hasSizeGreaterThanOrEqualTo(6);
    }

    private static ApiClient withKey(String order) {
        HttpResponse<String> made = admin.post("/api/keys", order);
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        return ApiClient.anonymous(server).withToken(ApiClient.json(made.body()).getString("key"));
    }

    @Test
    void anInferenceKeyOpensTheOpenAiDoorAlone() {
        ApiClient program = withKey("{\"name\":\"ci\",\"requests_per_minute\":5}");

        HttpResponse<String> models = program.get("/v1/models");
        assertThat(models.statusCode()).isEqualTo(200);
        assertThat(models.headers().firstValue("x-ratelimit-remaining-requests"))
                .contains("4");
        assertThat(program.get("/api/auth/me").statusCode()).isEqualTo(403);
        assertThat(Handshake.of(server, SOCKET, "Authorization: Bearer " + program.token() + "\r\n")
                        .status())
                .isEqualTo(403);
    }

    @Test
    void aKeyBeyondItsLimitIsToldToWait() {
        ApiClient program = withKey("{\"name\":\"once\",\"requests_per_minute\":1}");
        assertThat(program.get("/v1/models").statusCode()).isEqualTo(200);

        HttpResponse<String> refused = program.get("/v1/models");
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.headers().firstValueAsLong("Retry-After").orElseThrow())
                .isBetween(1L, 60L);
        assertThat(refused.headers().firstValue("x-ratelimit-remaining-requests"))
                .contains("0");
        assertThat(ApiClient.json(refused.body()).getJsonObject("error").getString("type"))
                .isEqualTo("rate_limit_error");
    }

    @Test
    void anAdministrationKeyOpensTheManagementApi() {
        ApiClient program = withKey("{\"name\":\"ops\",\"scopes\":[\"admin\"]}");

        assertThat(program.get("/api/auth/users").statusCode()).isEqualTo(200);
        assertThat(program.get("/v1/models").statusCode()).isEqualTo(403);
    }

    @Test
    void loggingOutEndsTheToken() {
        ApiClient user = approvedUser("logout@example.org");

        assertThat(user.post("/api/auth/logout", "").statusCode()).isEqualTo(204);

        assertThat(user.get("/api/auth/me").statusCode()).isEqualTo(401);
    }

    @Test
    void theOnlyAdministratorStays() {
        HttpResponse<String> answer = admin.send(admin.request("/api/auth/users/" + adminId)
                .header("Content-Type", "application/json")
                .PUT(HttpRequest.BodyPublishers.ofString("{\"is_admin\":false}")));

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(ApiClient.json(answer.body()).getString("detail")).isEqualTo("Cannot remove last admin");
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /api/models/available-parsers, 404",
        "GET, /api/system/parser-options, 404",
        "GET, /api, 404",
        "GET, /api/, 404",
        "DELETE, /api/auth/register, 405",
        "POST, /api/auth/register, 415",
    })
    void nothingUnderApiAnswersWithAPage(String method, String path, int status) {
        for (ApiClient client : List.of(ApiClient.anonymous(server), admin)) {
            HttpResponse<String> answer =
                    client.send(client.request(path).method(method, HttpRequest.BodyPublishers.noBody()));

            assertThat(answer.statusCode()).isEqualTo(status);
            assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith("application/problem+json");
            assertThat(answer.headers().firstValue("X-Request-ID")).isPresent();
        }
    }

    @Test
    void badBodiesAreRefusedWithTheField() {
        HttpResponse<String> wrong = admin.post("/api/auth/register", "{\"email\":7,\"password\":\"x\",\"extra\":1}");
        assertThat(wrong.statusCode()).isEqualTo(422);
        assertThat(ApiClient.json(wrong.body()).getJsonArray("errors"))
                .extracting(error -> error.asJsonObject().getString("field"))
                .containsExactly("email", "extra");
        assertThat(admin.post("/api/auth/register", "{").statusCode()).isEqualTo(400);
        assertThat(admin.post("/api/auth/register", "\"" + "x".repeat(11 << 20) + "\"")
                        .statusCode())
                .isEqualTo(413);
    }

    @Test
    void aSaneRequestIdIsKeptAndAnotherIsReplaced() {
        assertThat(requestId("client-7")).isEqualTo("client-7");
        assertThat(requestId("two words")).matches("req_[0-9a-f]{12}");
    }

    private static String requestId(String offered) {
        return admin.send(admin.request("/api/auth/me")
                        .header("X-Request-ID", offered)
                        .GET())
                .headers()
                .firstValue("X-Request-ID")
                .orElseThrow();
    }

    @Test
    void noTokenReachesALog() {
        Handshake.of(server, SOCKET + query("visible-in-a-log"), "");
        admin.get("/api/auth/me" + query("visible-in-a-log"));

        assertThat(server.allLogs()).doesNotContain("visible-in-a-log", "token=", admin.token(), SECRET);
    }

    private static JsonArray array(String text) {
        try (JsonReader reader = Json.createReader(new StringReader(text))) {
            return reader.readArray();
        }
    }
}
