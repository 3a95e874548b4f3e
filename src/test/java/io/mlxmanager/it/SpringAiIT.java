package io.mlxmanager.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mlxmanager.it.Serves.Client;
import io.mlxmanager.it.Serves.Feature;
import java.net.http.HttpClient;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.openai.OpenAiChatModel;
import org.springframework.ai.openai.OpenAiChatOptions;
import org.springframework.ai.openai.api.OpenAiApi;
import org.springframework.ai.retry.NonTransientAiException;
import org.springframework.ai.tool.function.FunctionToolCallback;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.http.client.reactive.JdkClientHttpConnector;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;

/** Spring AI's OpenAI model, unmodified, on the JDK's HTTP client, which asks for HTTP/2. */
class SpringAiIT {

    private static final String MODEL = "mlx-manager/starter-qwen3-4m-4bit";

    /** What the calculator is asked. */
    record Expression(String expression) {}

    private static OpenAiChatModel model(String token) {
        HttpClient http = HttpClient.newHttpClient();
        return OpenAiChatModel.builder()
                .openAiApi(OpenAiApi.builder()
                        .baseUrl(RunningServer.shared().baseUrl().toString())
                        .apiKey(token)
                        .restClientBuilder(RestClient.builder().requestFactory(new JdkClientHttpRequestFactory(http)))
                        .webClientBuilder(WebClient.builder().clientConnector(new JdkClientHttpConnector(http)))
                        .build())
                .build();
    }

    private static OpenAiChatModel model() {
        return model(ApiClient.of(RunningServer.shared(), "ada@example.com").token());
    }

    private static OpenAiChatOptions.Builder options() {
        return OpenAiChatOptions.builder()
                .model(MODEL)
                .temperature(0.0)
                .extraBody(Map.of("chat_template_kwargs", Map.of("enable_thinking", false)));
    }

    private static Prompt ask(String question, OpenAiChatOptions options) {
        return new Prompt(new UserMessage(question), options);
    }

    @Test
    @Serves(
            client = Client.SPRING_AI,
            with = {Feature.CHAT, Feature.STREAM})
    void chatsWholeAndStreamedAlike() {
        Prompt prompt = ask("Count to 12.", options().build());
        ChatResponse whole = model().call(prompt);
        String text = whole.getResult().getOutput().getText();
        assertThat(text).contains("11, 12");
        assertThat(whole.getMetadata().getUsage().getCompletionTokens()).isPositive();

        String streamed = model().stream(prompt)
                .toStream()
                .filter(chunk -> chunk.getResult() != null
                        && chunk.getResult().getOutput().getText() != null)
                .map(chunk -> chunk.getResult().getOutput().getText())
                .collect(Collectors.joining());
        assertThat(streamed).isEqualTo(text);
    }

    @Test
    @Serves(client = Client.SPRING_AI, with = Feature.TOOLS)
    void aToolIsCalledAndItsResultUsed() {
        AtomicReference<String> asked = new AtomicReference<>();
        FunctionToolCallback<Expression, Integer> calculator = FunctionToolCallback.builder(
                        "calculator", (Expression question) -> {
                            asked.set(question.expression());
                            return 84;
                        })
                .description("Evaluates an arithmetic expression.")
                .inputType(Expression.class)
                .build();
        ChatResponse answer = model().call(ask(
                "What is 12 * 7?", options().toolCallbacks(calculator).build()));
        assertThat(asked.get()).contains("12").contains("7");
        assertThat(answer.getResult().getOutput().getText()).contains("84");
    }

    @Test
    @Serves(client = Client.SPRING_AI, with = Feature.ERRORS)
    void errorsAreItsOwnExceptions() {
        assertThatThrownBy(() ->
                        model().call(ask("Hello!", options().model("no/such").build())))
                .isInstanceOf(NonTransientAiException.class)
                .hasMessageContaining("no/such");
        assertThatThrownBy(() -> model("wrong").call(ask("Hello!", options().build())))
                .isInstanceOf(NonTransientAiException.class)
                .hasMessageContaining("401");
    }
}
