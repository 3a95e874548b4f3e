package io.mlxmanager.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

/** Conversations through the front door: whose they are, what is refused, and how they leave as files. */
class ConversationsIT {

    private final RunningServer server = RunningServer.shared();
    private final ApiClient client = ApiClient.of(server, "ada@example.com");

    @Test
    void aConversationIsItsUsersAlone() {
        String address = "/api/conversations/" + make("Foxes");
        ApiClient guest = ApiClient.approved(server, "guest-" + System.nanoTime() + "@example.com", client);

        assertThat(put(client, address + "/messages/q1", message("null", "Hello"))
                        .statusCode())
                .isEqualTo(204);
        assertThat(client.get(address).body()).contains("\"title\":\"Foxes\"", "\"leaf\":\"q1\"", "Hello");
        assertThat(guest.get(address).statusCode()).isEqualTo(404);
        assertThat(guest.get(address + "/export").statusCode()).isEqualTo(404);
        assertThat(guest.get("/api/conversations").body()).isEqualTo("[]");
        assertThat(ApiClient.anonymous(server).get(address).statusCode()).isEqualTo(401);
        assertThat(client.delete(address).statusCode()).isEqualTo(204);
        assertThat(client.get(address).statusCode()).isEqualTo(404);
    }

    @Test
    void whatCannotBeKeptIsRefusedByName() {
        String address = "/api/conversations/" + make("Foxes") + "/messages/";

        assertThat(put(client, address + "a%20b", message("null", "x")).body()).contains("\"field\":\"id\"");
        assertThat(put(client, address + "q2", message("\"nobody\"", "x")).body())
                .contains("\"field\":\"parent\"");
        assertThat(put(client, address + "q3", "{\"role\":\"system\",\"content\":\"x\"}")
                        .body())
                .contains("must be one of user, assistant");
        assertThat(put(client, address + "q4", "{\"role\":\"user\",\"content\":\"x\",\"details\":{\"html\":\"<b>\"}}")
                        .body())
                .contains("details.html");
        assertThat(client.get("/api/conversations?limit=0").statusCode()).isEqualTo(422);
    }

    @Test
    void itLeavesAsAFileWhoseNameIsHarmless() {
        String address = "/api/conversations/" + make("Über \\\"foxes\\\"; rm -rf /");
        put(client, address + "/messages/q1", message("null", "Hello"));

        HttpResponse<String> markdown = client.get(address + "/export");
        assertThat(markdown.headers().firstValue("Content-Disposition"))
                .contains("attachment; filename=\"ber-foxes-rm-rf.md\"");
        assertThat(markdown.body()).contains("## You\n\nHello");
        HttpResponse<String> json = client.get(address + "/export?format=json");
        assertThat(json.headers().firstValue("Content-Type").orElse("")).startsWith("application/json");
        assertThat(ApiClient.json(json.body()).getJsonArray("messages")).hasSize(1);
        assertThat(client.get(address + "/export?format=pdf").body()).contains("must be one of markdown, json");
    }

    private String make(String title) {
        HttpResponse<String> made =
                client.post("/api/conversations", "{\"title\":\"" + title + "\",\"settings\":{\"model\":\"a/fox\"}}");
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        return ApiClient.json(made.body()).getString("id");
    }

    private static String message(String parent, String content) {
        return "{\"parent\":" + parent + ",\"role\":\"user\",\"content\":\"" + content + "\"}";
    }

    private static HttpResponse<String> put(ApiClient client, String path, String body) {
        return client.send(client.request(path)
                .header("Content-Type", "application/json")
                .PUT(HttpRequest.BodyPublishers.ofString(body)));
    }
}
