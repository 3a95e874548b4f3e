package io.mlxmanager.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.errors.UnauthorizedException;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.models.FunctionDefinition;
import com.openai.models.FunctionParameters;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionMessage;
import com.openai.models.chat.completions.ChatCompletionMessageFunctionToolCall;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.chat.completions.ChatCompletionToolMessageParam;
import com.openai.models.completions.Completion;
import com.openai.models.completions.CompletionChoice;
import com.openai.models.completions.CompletionCreateParams;
import io.mlxmanager.it.Serves.Client;
import io.mlxmanager.it.Serves.Feature;
import java.util.List;
import java.util.Map;
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
    @Serves(client = Client.OPENAI_JAVA, with = Feature.CHAT)
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

    private static final JsonValue NO_THINKING = JsonValue.from(Map.of("enable_thinking", false));

    private static ChatCompletionCreateParams.Builder plainly(String question) {
        return ChatCompletionCreateParams.builder()
                .model(MODEL)
                .addUserMessage(question)
                .temperature(0)
                .putAdditionalBodyProperty("chat_template_kwargs", NO_THINKING);
    }

    @Test
    @Serves(client = Client.OPENAI_JAVA, with = Feature.STREAM)
    void aStreamAddsUpToTheWholeAnswer() {
        ChatCompletionCreateParams params = ask(MODEL).toBuilder()
                .streamOptions(
                        ChatCompletionStreamOptions.builder().includeUsage(true).build())
                .build();
        ChatCompletionAccumulator accumulator = ChatCompletionAccumulator.create();
        try (StreamResponse<ChatCompletionChunk> stream =
                client.chat().completions().createStreaming(params)) {
            stream.stream().forEach(accumulator::accumulate);
        }
        ChatCompletion streamed = accumulator.chatCompletion();
        ChatCompletion whole = client.chat().completions().create(ask(MODEL));
        assertThat(streamed.choices().get(0).message().content())
                .isEqualTo(whole.choices().get(0).message().content());
        assertThat(streamed.usage().orElseThrow().completionTokens())
                .isEqualTo(whole.usage().orElseThrow().completionTokens());
    }

    @Test
    @Serves(client = Client.OPENAI_JAVA, with = Feature.TOOLS)
    void aToolIsCalledAndItsResultUsed() {
        FunctionDefinition calculator = FunctionDefinition.builder()
                .name("calculator")
                .description("Evaluates an arithmetic expression.")
                .parameters(FunctionParameters.builder()
                        .putAdditionalProperty("type", JsonValue.from("object"))
                        .putAdditionalProperty(
                                "properties", JsonValue.from(Map.of("expression", Map.of("type", "string"))))
                        .putAdditionalProperty("required", JsonValue.from(List.of("expression")))
                        .build())
                .build();
        ChatCompletionCreateParams.Builder params = plainly("What is 12 * 7?").addFunctionTool(calculator);
        ChatCompletionMessage called = client.chat()
                .completions()
                .create(params.build())
                .choices()
                .get(0)
                .message();
        ChatCompletionMessageFunctionToolCall call =
                called.toolCalls().orElseThrow().get(0).asFunction();
        assertThat(call.function().name()).isEqualTo("calculator");
        assertThat(call.function().arguments()).contains("12").contains("7");

        ChatCompletion answered = client.chat()
                .completions()
                .create(params.addMessage(called)
                        .addMessage(ChatCompletionToolMessageParam.builder()
                                .toolCallId(call.id())
                                .content("84")
                                .build())
                        .build());
        assertThat(answered.choices().get(0).message().content().orElseThrow()).contains("84");
    }

    @Test
    void severalAnswersComeWithTheLikelihoodsOfTheirTokens() {
        ChatCompletion answer = client.chat()
                .completions()
                .create(plainly("Count to 12.")
                        .n(2)
                        .logprobs(true)
                        .topLogprobs(2)
                        .maxCompletionTokens(5)
                        .build());
        assertThat(answer.choices()).hasSize(2).allSatisfy(choice -> {
            var tokens = choice.logprobs().orElseThrow().content().orElseThrow();
            assertThat(tokens.stream().map(token -> token.token()).collect(Collectors.joining()))
                    .isEqualTo(choice.message().content().orElseThrow());
            assertThat(tokens.get(0).topLogprobs()).hasSize(2);
        });
    }

    @Test
    @Serves(client = Client.OPENAI_JAVA, with = Feature.COMPLETIONS)
    void plainTextsAreContinuedWholeAndStreamed() {
        CompletionCreateParams params = CompletionCreateParams.builder()
                .model(MODEL)
                .prompt("Count to 12: 1, 2, 3,")
                .temperature(0)
                .maxTokens(8)
                .logprobs(1)
                .build();
        CompletionChoice whole = client.completions().create(params).choices().get(0);
        assertThat(whole.logprobs().orElseThrow().tokens().orElseThrow()).hasSize(8);
        try (StreamResponse<Completion> stream = client.completions().createStreaming(params)) {
            assertThat(stream.stream()
                            .flatMap(chunk -> chunk.choices().stream())
                            .map(CompletionChoice::text)
                            .collect(Collectors.joining()))
                    .isEqualTo(whole.text());
        }
    }

    @Test
    @Serves(client = Client.OPENAI_JAVA, with = Feature.MODELS)
    void findsTheModels() {
        assertThat(client.models().list().data()).anyMatch(model -> model.id().equals(MODEL));
    }

    @Test
    @Serves(client = Client.OPENAI_JAVA, with = Feature.ERRORS)
    void errorsAreItsOwnExceptions() {
        assertThatThrownBy(() -> client.chat().completions().create(ask("no/such")))
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining("no/such");
        assertThatThrownBy(() -> client("wrong").chat().completions().create(ask(MODEL)))
                .isInstanceOf(UnauthorizedException.class);
        assertThatThrownBy(() -> client.chat()
                        .completions()
                        .create(ask(MODEL).toBuilder().temperature(9).build()))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("temperature");
    }
}
