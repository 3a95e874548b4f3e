package io.mlxmanager.it;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Profiles through the front door: kept, named in requests, and applied by the server. */
class ProfileIT {

    private static final String MODEL = "mlx-manager/starter-qwen3-4m-4bit";
    private static final String CHAT = "/v1/chat/completions";

    private final ApiClient client = ApiClient.of(RunningServer.shared(), "ada@example.com");
    private final String unique = UUID.randomUUID().toString();

    private JsonObject create(String name, String systemPrompt) {
        String body = Json.createObjectBuilder()
                .add("name", name)
                .add("description", "of a test")
                .add("model_id", MODEL)
                .add(
                        "inference",
                        Json.createObjectBuilder().add("temperature", 0).add("max_tokens", 12))
                .add("context", Json.createObjectBuilder().add("system_prompt", systemPrompt))
                .add("model_options", Json.createObjectBuilder().add("enable_thinking", false))
                .build()
                .toString();
        HttpResponse<String> response = client.post("/api/profiles", body);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
        return ApiClient.json(response.body());
    }

    private HttpResponse<String> put(Object id, String body) {
        return client.send(client.request("/api/profiles/" + id)
                .header("Content-Type", "application/json")
                .PUT(HttpRequest.BodyPublishers.ofString(body)));
    }

    private JsonObject chat(String model, String systemPrompt, boolean explicit) {
        var messages = Json.createArrayBuilder();
        if (systemPrompt != null) {
            messages.add(Json.createObjectBuilder().add("role", "system").add("content", systemPrompt));
        }
        messages.add(Json.createObjectBuilder().add("role", "user").add("content", "Hello"));
        JsonObjectBuilder body = Json.createObjectBuilder().add("model", model).add("messages", messages);
        if (explicit) {
            body.add("temperature", 0)
                    .add("max_tokens", 12)
                    .add("chat_template_kwargs", Json.createObjectBuilder().add("enable_thinking", false));
        }
        HttpResponse<String> response = client.post(CHAT, body.build().toString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return ApiClient.json(response.body());
    }

    private static String answer(JsonObject completion) {
        return completion
                .getJsonArray("choices")
                .getJsonObject(0)
                .getJsonObject("message")
                .toString();
    }

    @Test
    void aProfileWithADraftModelAnswersTheSameAndOneThatIsNotHereIsRefusedByName() {
        String plain = "plain " + unique;
        String drafted = "drafted " + unique;
        create(plain, "Be brief.");
        JsonObject profile = create(drafted, "Be brief.");
        assertThat(profile.isNull("draft_model")).isTrue();
        HttpResponse<String> changed = put(profile.getInt("id"), "{\"draft_model\":\"" + MODEL + "\"}");
        assertThat(ApiClient.json(changed.body()).getString("draft_model")).isEqualTo(MODEL);

        String expected = answer(chat("profile:" + plain, null, false));
        for (int i = 0; i < 3; i++) {
            assertThat(answer(chat("profile:" + drafted, null, false))).isEqualTo(expected);
        }

        put(profile.getInt("id"), "{\"draft_model\":\"nobody/nothing\"}");
        HttpResponse<String> refused = client.post(
                CHAT, "{\"model\":\"profile:" + drafted + "\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}");
        assertThat(refused.statusCode()).isEqualTo(404);
        assertThat(refused.body()).contains("nobody/nothing");
        // Who was refused holds nothing: else the model could never leave memory again.
        Poll.until(() -> !client.get("/api/settings/pool/status").body().matches("(?s).*\"running\":[1-9].*"));
    }

    @Test
    void twoProfilesOfOneModelAnswerEachWithItsOwnSettingsFromTheSameWeights() {
        String brief = "brief " + unique;
        String wordy = "wordy " + unique;
        create(brief, "Be brief.");
        create(wordy, "Answer at length, and explain every step of what you think about it.");

        JsonObject first = chat("profile:" + brief, null, false);
        JsonObject second = chat(wordy, null, false);

        assertThat(answer(first)).isEqualTo(answer(chat(MODEL, "Be brief.", true)));
        assertThat(first.getJsonObject("usage").getInt("prompt_tokens"))
                .isLessThan(second.getJsonObject("usage").getInt("prompt_tokens"));
        assertThat(first.getJsonObject("usage").getInt("completion_tokens")).isLessThanOrEqualTo(12);
        JsonObject one = chat(brief, "Something else.", false).getJsonObject("usage");
        JsonObject other = chat(wordy, "Something else.", false).getJsonObject("usage");
        assertThat(one.getInt("total_tokens")).isEqualTo(other.getInt("total_tokens"));
        assertThat(client.get("/api/settings/pool/status").body().split("\"model_id\"", -1))
                .hasSize(2);
        assertThat(client.get("/api/system/audit-logs?limit=10").body()).contains(brief, wordy);
    }

    @Test
    void aProfileStandsAmongTheModels() {
        JsonObject profile = create("listed " + unique, "Hello.");

        assertThat(client.get("/v1/models").body()).contains("profile:listed " + unique);
        assertThat(client.get("/v1/models/profile:listed%20" + unique).body()).contains("profile:listed " + unique);
        assertThat(profile.getString("profile_type")).isEqualTo("inference");
        assertThat(profile.getString("model_type")).isEqualTo("text-gen");
    }

    @Test
    void aContextShorterThanThePromptIsRefused() {
        JsonObject profile = create("short " + unique, "word ".repeat(200));
        HttpResponse<String> changed = put(profile.getInt("id"), "{\"context\":{\"context_length\":32}}");
        assertThat(changed.statusCode()).as(changed.body()).isEqualTo(200);

        HttpResponse<String> refused = client.post(
                CHAT, "{\"model\":\"short " + unique + "\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}");

        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("context_length_exceeded", "32");
    }

    @Test
    void aChangeKeepsWhatItDoesNotNameAndNullClears() {
        int id = create("changed " + unique, "Keep me.").getInt("id");

        JsonObject changed =
                ApiClient.json(put(id, "{\"description\":null,\"inference\":{\"temperature\":null},\"pinned\":true}")
                        .body());

        assertThat(changed.isNull("description")).isTrue();
        assertThat(changed.getJsonObject("inference").isNull("temperature")).isTrue();
        assertThat(changed.getJsonObject("inference").getInt("max_tokens")).isEqualTo(12);
        assertThat(changed.getJsonObject("context").getString("system_prompt")).isEqualTo("Keep me.");
        assertThat(changed.getBoolean("pinned")).isTrue();
    }

    @Test
    void faultsAreNamed() {
        int id = create("taken " + unique, "x").getInt("id");

        assertThat(client.post("/api/profiles/" + id + "/duplicate?new_name=taken%20" + unique, "")
                        .statusCode())
                .isEqualTo(409);
        HttpResponse<String> bad = client.post(
                "/api/profiles",
                "{\"name\":\"a/b\",\"model_id\":\"" + MODEL + "\",\"inference\":{\"temperature\":3,\"heat\":1}}");
        assertThat(bad.statusCode()).isEqualTo(422);
        assertThat(bad.body()).contains("inference.temperature", "inference.heat", "slash");
        assertThat(client.post("/api/profiles", "{\"name\":\"n\",\"model_id\":\"org/none\"}")
                        .statusCode())
                .isEqualTo(404);
        assertThat(put(id, "{\"audio\":{\"tts_speed\":1}}").statusCode()).isEqualTo(422);
        assertThat(client.send(client.request("/api/profiles/" + id).DELETE()).statusCode())
                .isEqualTo(204);
        assertThat(client.get("/api/profiles/" + id).statusCode()).isEqualTo(404);
        assertThat(ApiClient.anonymous(RunningServer.shared())
                        .get("/api/profiles")
                        .statusCode())
                .isEqualTo(401);
    }

    private int statusWithKeyFor(String pattern, String model) {
        String key = ApiClient.json(
                        client.post("/api/keys", "{\"name\":\"of a test\",\"models\":[\"" + pattern + "\"]}")
                                .body())
                .getString("key");
        return client.withToken(key)
                .post(
                        CHAT,
                        "{\"model\":\"" + model
                                + "\",\"max_tokens\":1,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}")
                .statusCode();
    }

    @Test
    void aKeyOpensAProfileByItsModelOrItsFullNameAndNeverByTheBareOne() {
        String name = "locked " + unique;
        create(name, "x");

        assertThat(statusWithKeyFor("mlx-manager/*", name)).isEqualTo(200);
        assertThat(statusWithKeyFor("profile:" + name, name)).isEqualTo(200);
        assertThat(statusWithKeyFor("profile:" + name, MODEL)).isEqualTo(403);
        assertThat(statusWithKeyFor(name, name)).isEqualTo(403);
        assertThat(statusWithKeyFor("other/*", "profile:" + name)).isEqualTo(403);
    }
}
