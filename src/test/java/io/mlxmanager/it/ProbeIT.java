package io.mlxmanager.it;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Probing the starter model through the front door. */
class ProbeIT {

    private static final String MODEL = "mlx-manager/starter-qwen3-4m-4bit";
    private static final String PATH = "/api/models/probe/" + MODEL;

    private final ApiClient client = ApiClient.of(RunningServer.shared(), "ada@example.com");

    @Test
    void theStepsComeInOrderAndTheFindingsAreKept() {
        List<String> events = client.events(PATH + "?include_report=true", "");

        assertThat(events).endsWith("[DONE]");
        List<JsonObject> steps = events.subList(0, events.size() - 1).stream()
                .map(ApiClient::json)
                .toList();
        assertThat(steps.stream().map(step -> step.getString("step")).distinct())
                .containsSubsequence(
                        "load_model",
                        "detect_type",
                        "detect_family",
                        "check_context",
                        "detect_template",
                        "test_thinking",
                        "test_tools",
                        "save_results",
                        "cleanup",
                        "probe_complete",
                        "probe_report");
        assertThat(steps)
                .allSatisfy(step -> assertThat(step.getString("status")).isNotEqualTo("failed"));
        assertThat(steps.get(steps.size() - 1).getJsonObject("details").getString("report"))
                .startsWith("# Probe of " + MODEL)
                .contains("| supports_thinking | true |", "| load_model | completed |");
        JsonObject found = ApiClient.json(client.get(PATH).body());
        assertThat(found.getString("model_type")).isEqualTo("text-gen");
        assertThat(found.getString("model_family")).isEqualTo("qwen3");
        assertThat(found.getBoolean("supports_thinking")).isTrue();
        assertThat(found.getBoolean("supports_native_tools")).isTrue();
        assertThat(found.getString("tool_parser_id")).isEqualTo("hermes");
        assertThat(found.getJsonObject("template_params")).containsKey("enable_thinking");
        assertThat(found.getInt("practical_max_tokens")).isGreaterThanOrEqualTo(512);
    }

    @Test
    void twoAtOnceBothEndAndLeavingOneHindersNobody() {
        try (Stream<String> left = client.lines(PATH, "").body()) {
            assertThat(left.findFirst()).isPresent();
        }
        CompletableFuture<List<String>> other = CompletableFuture.supplyAsync(() -> client.events(PATH, ""));
        List<String> own = client.events(PATH, "");

        assertThat(own).endsWith("[DONE]");
        assertThat(other.join()).endsWith("[DONE]");
    }

    @Test
    void theKindsThatCanBeProbedAreNamed() {
        assertThat(client.get("/api/models/probe/supported-types").body()).isEqualTo("[\"text-gen\",\"embeddings\"]");
    }

    @Test
    void whatIsNotThereIsNotProbed() {
        assertThat(client.post("/api/models/probe/org/none", "").statusCode()).isEqualTo(404);
        assertThat(ApiClient.anonymous(RunningServer.shared()).post(PATH, "").statusCode())
                .isEqualTo(401);
    }
}
