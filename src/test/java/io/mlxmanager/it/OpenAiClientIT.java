package io.mlxmanager.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.http.StreamResponse;
import com.openai.errors.NotFoundException;
import com.openai.errors.UnauthorizedException;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The official client, unmodified. */
class OpenAiClientIT {

    private static final String MODEL = "mlx-manager/starter-qwen3-4m-4bit";

    private final OpenAIClient client =
            client(ApiClient.of(RunningServer.shared(), "ada@example.com").token());

    private static OpenAIClient client(String key) {
        return OpenAIOkHttpClient.builder()
                .baseUrl(RunningServer.shared().baseUrl() + "/v1")
                .apiKey(key)
                .maxRetries(0)
                .build();
    }

    private static ChatCompletionCreateParams ask(String model) {
        return ChatCompletionCreateParams.builder()
                .model(model)
                .addUserMessage("Count to 12.")
                .temperature(0)
                .build();
    }

    @Test
    void asksAndIsAnswered() {
        ChatCompletion answer = client.chat().completions().create(ask(MODEL));
        assertThat(answer.choices().get(0).message().content().orElseThrow()).contains("11, 12");
        assertThat(answer.usage().orElseThrow().completionTokens()).isPositive();
    }

    @Test
    void streams() {
        try (StreamResponse<ChatCompletionChunk> stream =
                client.chat().completions().createStreaming(ask(MODEL))) {
            String text = stream.stream()
                    .flatMap(chunk -> chunk.choices().stream())
                    .flatMap(choice -> choice.delta().content().stream())
                    .collect(Collectors.joining());
            assertThat(text).contains("11, 12");
        }
    }

    @Test
    void findsTheModels() {
        assertThat(client.models().list().data()).anyMatch(model -> model.id().equals(MODEL));
    }

    @Test
    void errorsAreItsOwnExceptions() {
        assertThatThrownBy(() -> client.chat().completions().create(ask("no/such")))
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining("no/such");
        assertThatThrownBy(() -> client("wrong").chat().completions().create(ask(MODEL)))
                .isInstanceOf(UnauthorizedException.class);
    }
}
