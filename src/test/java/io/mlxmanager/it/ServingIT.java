package io.mlxmanager.it;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Many callers at once, and prompts that begin alike. */
class ServingIT {

    private static final int CALLERS = 12;

    private final RunningServer server = RunningServer.shared();

    private static JsonObject ask(ApiClient client, String question) {
        String body = Json.createObjectBuilder()
                .add("model", "mlx-manager/starter-qwen3-4m-4bit")
                .add("temperature", 0)
                .add("max_tokens", 40)
                .add("chat_template_kwargs", Json.createObjectBuilder().add("enable_thinking", false))
                .add(
                        "messages",
                        Json.createArrayBuilder()
                                .add(Json.createObjectBuilder()
                                        .add("role", "user")
                                        .add("content", question)))
                .build()
                .toString();
        var response = client.post("/v1/chat/completions", body);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return ApiClient.json(response.body());
    }

    private static String text(JsonObject completion) {
        return completion
                .getJsonArray("choices")
                .getJsonObject(0)
                .getJsonObject("message")
                .getString("content");
    }

    private static int cached(JsonObject completion) {
        return completion
                .getJsonObject("usage")
                .getJsonObject("prompt_tokens_details")
                .getInt("cached_tokens");
    }

    @Test
    void aPromptIsReadOnceForItsUserAndNotForAnother() {
        ApiClient ada = ApiClient.of(server, "ada@example.com");
        ApiClient bob = ApiClient.approved(server, "prefix-bob@example.com", ada);
        String question = "What is a cache? " + "Tell me more about it, please. ".repeat(20);

        JsonObject first = ask(ada, question);
        JsonObject again = ask(ada, question);
        JsonObject stranger = ask(bob, question);

        int prompt = first.getJsonObject("usage").getInt("prompt_tokens");
        assertThat(cached(first)).isLessThan(prompt / 2);
        assertThat(cached(again)).isEqualTo(prompt - 1);
        assertThat(cached(stranger)).isZero();
    }

    @Test
    void twelveCallersAtOnceGetTheAnswersThatEachGetsAlone() {
        ApiClient client = ApiClient.of(server, "ada@example.com");
        List<String> questions = IntStream.range(0, CALLERS)
                .mapToObj(i -> "Count to " + (i + 3) + ".")
                .toList();
        List<String> alone =
                questions.stream().map(question -> text(ask(client, question))).toList();
        ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
        try {
            List<CompletableFuture<String>> together = new ArrayList<>();
            for (String question : questions) {
                together.add(CompletableFuture.supplyAsync(() -> text(ask(client, question)), callers));
            }
            assertThat(together.stream().map(CompletableFuture::join).toList()).isEqualTo(alone);
        } finally {
            callers.shutdown();
        }
    }
}
