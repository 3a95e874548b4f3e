package io.mlxmanager.it;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Settings through the front door: for administrators, counted at once, secrets never shown. */
class SettingsIT {

    private final ApiClient admin = ApiClient.of(RunningServer.shared(), "ada@example.com");

    private HttpResponse<String> put(String path, String body) {
        return admin.send(admin.request("/api/settings/" + path)
                .header("Content-Type", "application/json")
                .PUT(HttpRequest.BodyPublishers.ofString(body)));
    }

    @Test
    void aMemoryLimitCountsAtOnceAndIsInTheAuditLog() {
        String before = admin.get("/api/settings/pool").body();
        int percent = ApiClient.json(before).getInt("memory_limit_value");

        HttpResponse<String> changed =
                put("pool", "{\"memory_limit_mode\":\"gb\",\"memory_limit_value\":2,\"eviction_policy\":\"ttl\"}");

        assertThat(changed.statusCode()).as(changed.body()).isEqualTo(200);
        assertThat(ApiClient.json(changed.body()).getString("eviction_policy")).isEqualTo("ttl");
        assertThat(ApiClient.json(admin.get("/api/settings/pool/status").body())
                        .getJsonNumber("max_memory_bytes")
                        .longValue())
                .isEqualTo(2_000_000_000L);
        Poll.until(() -> admin.get("/api/system/audit-logs?limit=50").body().contains("settings.changed"));
        put(
                "pool",
                "{\"memory_limit_mode\":\"percent\",\"memory_limit_value\":" + percent
                        + ",\"eviction_policy\":\"lru\"}");
    }

    /** How the pool stands to a model; empty when it is not in memory. */
    private Optional<JsonObject> loaded(String id) {
        return ApiClient.json(admin.get("/api/settings/pool/status").body())
                .getJsonArray("loaded_models")
                .getValuesAs(JsonObject.class)
                .stream()
                .filter(model -> model.getString("model_id").equals(id))
                .findFirst();
    }

    @Test
    void aLowerLimitSendsIdleModelsAwayAtOnceAndThoseInUseWhenTheirAnswersEnd() {
        String before = admin.get("/api/settings/pool").body();
        List<StarterCopy> models = Stream.of("test/idle", "test/busy")
                .map(id -> StarterCopy.in(RunningServer.shared(), id).withUnusedWeights(1_200_000_000))
                .toList();
        try {
            put("pool", "{\"memory_limit_mode\":\"gb\",\"memory_limit_value\":4}");
            for (StarterCopy model : models) {
                HttpResponse<String> here = admin.post("/api/pool/load", "{\"model_id\":\"" + model.id() + "\"}");
                assertThat(here.statusCode()).as(here.body()).isEqualTo(200);
            }
            List<CompletableFuture<List<String>>> answers = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                HttpResponse<Stream<String>> answer =
                        admin.lines("/v1/chat/completions", LongStory.question("test/busy", true, 900));
                answers.add(
                        CompletableFuture.supplyAsync(() -> answer.body().toList(), work -> new Thread(work).start()));
            }

            assertThat(put("pool", "{\"memory_limit_value\":1}").statusCode()).isEqualTo(200);

            Poll.until(() -> loaded("test/idle").isEmpty());
            assertThat(loaded("test/busy"))
                    .hasValueSatisfying(
                            model -> assertThat(model.getInt("running")).isPositive());
            assertThat(answers).allSatisfy(answer -> assertThat(answer.join()).contains("data: [DONE]"));
            Poll.until(() -> loaded("test/busy").isEmpty());
            HttpResponse<String> refused = admin.post("/api/pool/load", "{\"model_id\":\"test/idle\"}");
            assertThat(refused.statusCode()).as(refused.body()).isEqualTo(503);
        } finally {
            put(
                    "pool",
                    Json.createObjectBuilder(ApiClient.json(before))
                            .remove("preloaded_profiles")
                            .build()
                            .toString());
            models.forEach(StarterCopy::remove);
        }
    }

    @Test
    void anUnknownPolicyIsRefused() {
        HttpResponse<String> refused = put("pool", "{\"eviction_policy\":\"lfu\"}");

        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(refused.body()).contains("eviction_policy", "lru", "ttl");
    }

    @Test
    void timeoutsHaveBounds() {
        assertThat(put("timeouts", "{\"chat_seconds\":7201}").statusCode()).isEqualTo(422);
        HttpResponse<String> changed = put("timeouts", "{\"embeddings_seconds\":90}");
        assertThat(ApiClient.json(changed.body()).getInt("embeddings_seconds")).isEqualTo(90);
        assertThat(ApiClient.json(admin.get("/api/settings/timeouts").body()).getInt("embeddings_seconds"))
                .isEqualTo(90);
    }

    @Test
    void aTokenIsKeptAndNeverShown() {
        HttpResponse<String> kept = put("huggingface", "{\"token\":\"hf_never_shown\"}");

        assertThat(kept.body()).contains("\"configured\":true").doesNotContain("hf_never_shown");
        assertThat(admin.get("/api/settings/huggingface").body()).isEqualTo("{\"configured\":true}");
        assertThat(put("huggingface", "{\"token\":\" \"}").statusCode()).isEqualTo(422);
        assertThat(admin.send(admin.request("/api/settings/huggingface").DELETE())
                        .statusCode())
                .isEqualTo(204);
        assertThat(admin.get("/api/settings/huggingface").body()).isEqualTo("{\"configured\":false}");
        assertThat(RunningServer.shared().allLogs()).doesNotContain("hf_never_shown");
    }

    @Test
    void nobodyWithoutATokenSeesThem() {
        ApiClient anonymous = ApiClient.anonymous(RunningServer.shared());
        assertThat(anonymous.get("/api/settings/pool").statusCode()).isEqualTo(401);
        assertThat(anonymous.get("/api/settings/huggingface").statusCode()).isEqualTo(401);
    }
}
