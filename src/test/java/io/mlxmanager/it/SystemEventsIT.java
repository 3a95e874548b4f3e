package io.mlxmanager.it;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Iterator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The stream that tells a console everything, and the doors by which models come into memory and leave it. */
class SystemEventsIT {

    private static final String MODEL = "mlx-manager/starter-qwen3-4m-4bit";
    private static final String NAMED = "{\"model_id\":\"" + MODEL + "\"}";

    private final RunningServer server = RunningServer.shared();
    private final ApiClient client = ApiClient.of(server, "ada@example.com");

    @Test
    void aTicketOpensTheStreamOnceAndThePresentStateComesFirst() throws Exception {
        String address = ticketed(client);
        HttpClient http = HttpClient.newHttpClient();
        HttpRequest request =
                HttpRequest.newBuilder(server.baseUrl().resolve(address)).build();

        try (Stream<String> lines =
                http.send(request, HttpResponse.BodyHandlers.ofLines()).body()) {
            assertThat(lines.filter(line -> line.startsWith("event: ")).limit(4))
                    .containsExactly("event: info", "event: models", "event: pool", "event: history");
        }
        assertThat(http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode())
                .isEqualTo(401);
    }

    @Test
    void whoeverLosesTheRightIsToldNothingMore() throws Exception {
        ApiClient guest = ApiClient.approved(server, "guest-" + System.nanoTime() + "@example.com", client);
        HttpRequest request = HttpRequest.newBuilder(server.baseUrl().resolve(ticketed(guest)))
                .build();

        try (Stream<String> lines = HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofLines())
                .body()) {
            Iterator<String> each = lines.iterator();
            assertThat(each.next()).isEqualTo("event: info");
            assertThat(guest.post("/api/auth/logout", "").statusCode()).isLessThan(300);
            // Ends by itself; a stream that went on would hold the test until it is stopped.
            while (each.hasNext()) {
                each.next();
            }
        }
    }

    @Test
    void aModelIsLoadedPinnedAndLetGo() {
        assertThat(client.post("/api/pool/load", NAMED).body()).contains("\"state\":\"ready\"");
        assertThat(client.get("/api/settings/pool/status").body()).contains(MODEL, "weight_bytes", "cache_bytes");

        assertThat(client.post("/api/pool/pin", NAMED).body()).contains("\"preloaded\":true");
        Poll.until(() -> client.get("/api/settings/pool/status").body().contains("\"preloaded\":true"));

        assertThat(client.post("/api/pool/unload", NAMED).statusCode()).isEqualTo(200);
        Poll.until(() -> !client.get("/api/settings/pool/status").body().contains(MODEL));
        assertThat(client.post("/api/pool/unload", NAMED).statusCode()).isEqualTo(404);
        assertThat(client.post("/api/pool/load", "{\"model_id\":\"nobody/nothing\"}")
                        .body())
                .contains("does not exist on this server");
    }

    private static String ticketed(ApiClient client) {
        HttpResponse<String> ticket = client.post(
                "/api/auth/stream-tickets",
                Json.createObjectBuilder()
                        .add("path", "/api/system/events")
                        .build()
                        .toString());
        return "/api/system/events?token=" + ApiClient.json(ticket.body()).getString("ticket");
    }
}
