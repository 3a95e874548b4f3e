package io.mlxmanager.it;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Prompts that survive the server's end, for their own user alone. */
class DiskCacheIT {

    private static final String QUESTION = "Tell me about caches, please, and about memory. ".repeat(40);

    private static JsonObject usage(ApiClient client) {
        String body = Json.createObjectBuilder()
                .add("model", "mlx-manager/starter-qwen3-4m-4bit")
                .add("temperature", 0)
                .add("max_tokens", 4)
                .add(
                        "messages",
                        Json.createArrayBuilder()
                                .add(Json.createObjectBuilder()
                                        .add("role", "user")
                                        .add("content", QUESTION)))
                .build()
                .toString();
        var response = client.post("/v1/chat/completions", body);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return ApiClient.json(response.body()).getJsonObject("usage");
    }

    private static int cached(JsonObject usage) {
        return usage.getJsonObject("prompt_tokens_details").getInt("cached_tokens");
    }

    private static long files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".kv")).count();
        }
    }

    @Test
    void aPromptIsKnownAfterAKillToItsUserAndToNobodyElse() throws IOException {
        try (RunningServer server = RunningServer.start("disk-cache", Map.of("MLX_MANAGER_CACHE_DISK", "64 MiB"))) {
            ApiClient ada = ApiClient.of(server, "ada@example.com");
            ApiClient bob = ApiClient.approved(server, "bob@example.com", ada);
            JsonObject first = usage(ada);
            assertThat(cached(first)).isZero();
            long blocks = first.getInt("prompt_tokens") / 256;
            Path folder = server.home().resolve("prefix-cache");
            for (int i = 0; i < 1000 && files(folder) < blocks; i++) {
                ada.get("/health");
            }
            server.kill();
            server.launch();

            assertThat(cached(usage(bob))).as("another user").isZero();
            assertThat(cached(usage(ada))).isEqualTo((int) blocks * 256);
        }
    }
}
