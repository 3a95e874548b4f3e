package io.mlxmanager.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.AuthenticationException;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.ModelNotFoundException;
import dev.langchain4j.model.anthropic.AnthropicChatModel;
import dev.langchain4j.model.anthropic.AnthropicStreamingChatModel;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiLanguageModel;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import io.mlxmanager.it.Serves.Client;
import io.mlxmanager.it.Serves.Feature;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** LangChain4j's OpenAI and Anthropic models, unmodified, on the JDK's HTTP client, which asks for HTTP/2. */
class LangChain4jIT {

    private static final String MODEL = "mlx-manager/starter-qwen3-4m-4bit";
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final ToolSpecification CALCULATOR = ToolSpecification.builder()
            .name("calculator")
            .description("Evaluates an arithmetic expression.")
            .parameters(JsonObjectSchema.builder()
                    .addStringProperty("expression")
                    .required("expression")
                    .build())
            .build();

    private static String base() {
        return RunningServer.shared().baseUrl() + "/v1";
    }

    private static String token() {
        return ApiClient.of(RunningServer.shared(), "ada@example.com").token();
    }

    /** Both of its ways to us. */
    enum Protocol {
        OPENAI {
            @Override
            ChatModel model(String name, String token, double temperature) {
                return OpenAiChatModel.builder()
                        .baseUrl(base())
                        .apiKey(token)
                        .modelName(name)
                        .temperature(temperature)
                        .customParameters(Map.of("chat_template_kwargs", Map.of("enable_thinking", false)))
                        .maxRetries(0)
                        .timeout(PATIENCE)
                        .build();
            }

            @Override
            StreamingChatModel streaming() {
                return OpenAiStreamingChatModel.builder()
                        .baseUrl(base())
                        .apiKey(token())
                        .modelName(MODEL)
                        .temperature(0.0)
                        .customParameters(Map.of("chat_template_kwargs", Map.of("enable_thinking", false)))
                        .timeout(PATIENCE)
                        .build();
            }
        },
        ANTHROPIC {
            @Override
            ChatModel model(String name, String token, double temperature) {
                return AnthropicChatModel.builder()
                        .baseUrl(base())
                        .apiKey(token)
                        .modelName(name)
                        .temperature(temperature)
                        .maxTokens(200)
                        .maxRetries(0)
                        .timeout(PATIENCE)
                        .build();
            }

            @Override
            StreamingChatModel streaming() {
                return AnthropicStreamingChatModel.builder()
                        .baseUrl(base())
                        .apiKey(token())
                        .modelName(MODEL)
                        .temperature(0.0)
                        .maxTokens(200)
                        .timeout(PATIENCE)
                        .build();
            }
        };

        abstract ChatModel model(String name, String token, double temperature);

        abstract StreamingChatModel streaming();

        ChatModel model() {
            return model(MODEL, token(), 0);
        }
    }

    @ParameterizedTest
    @EnumSource
    @Serves(
            client = {Client.LANGCHAIN4J_OPENAI, Client.LANGCHAIN4J_ANTHROPIC},
            with = {Feature.CHAT, Feature.STREAM})
    void chatsWholeAndStreamedAlike(Protocol protocol) throws Exception {
        ChatResponse whole = protocol.model().chat(UserMessage.from("Count to 12."));
        assertThat(whole.aiMessage().text()).contains("11, 12");
        assertThat(whole.tokenUsage().outputTokenCount()).isPositive();

        CompletableFuture<ChatResponse> done = new CompletableFuture<>();
        StringBuilder pieces = new StringBuilder();
        protocol.streaming().chat("Count to 12.", new StreamingChatResponseHandler() {
            @Override
            public void onPartialResponse(String piece) {
                pieces.append(piece);
            }

            @Override
            public void onCompleteResponse(ChatResponse response) {
                done.complete(response);
            }

            @Override
            public void onError(Throwable failure) {
                done.completeExceptionally(failure);
            }
        });
        ChatResponse streamed = done.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(streamed.aiMessage().text()).isEqualTo(whole.aiMessage().text());
        assertThat(pieces).hasToString(whole.aiMessage().text());
        assertThat(streamed.tokenUsage().outputTokenCount())
                .isEqualTo(whole.tokenUsage().outputTokenCount());
    }

    @ParameterizedTest
    @EnumSource
    @Serves(
            client = {Client.LANGCHAIN4J_OPENAI, Client.LANGCHAIN4J_ANTHROPIC},
            with = Feature.TOOLS)
    void aToolIsCalledAndItsResultUsed(Protocol protocol) {
        UserMessage question = UserMessage.from("What is 12 * 7?");
        AiMessage called = protocol.model()
                .chat(ChatRequest.builder()
                        .messages(question)
                        .toolSpecifications(CALCULATOR)
                        .build())
                .aiMessage();
        assertThat(called.hasToolExecutionRequests()).isTrue();
        ToolExecutionRequest call = called.toolExecutionRequests().get(0);
        assertThat(call.name()).isEqualTo("calculator");
        assertThat(call.arguments()).contains("12").contains("7");

        AiMessage answered = protocol.model()
                .chat(ChatRequest.builder()
                        .messages(question, called, ToolExecutionResultMessage.from(call, "84"))
                        .toolSpecifications(CALCULATOR)
                        .build())
                .aiMessage();
        assertThat(answered.text()).contains("84");
    }

    @ParameterizedTest
    @EnumSource
    @Serves(
            client = {Client.LANGCHAIN4J_OPENAI, Client.LANGCHAIN4J_ANTHROPIC},
            with = Feature.ERRORS)
    void errorsAreItsOwnExceptions(Protocol protocol) {
        assertThatThrownBy(() -> protocol.model("no/such", token(), 0).chat("Hello!"))
                .isInstanceOf(ModelNotFoundException.class);
        assertThatThrownBy(() -> protocol.model(MODEL, "wrong", 0).chat("Hello!"))
                .isInstanceOf(AuthenticationException.class);
        assertThatThrownBy(() -> protocol.model(MODEL, token(), 9).chat("Hello!"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("temperature");
    }

    @Test
    @Serves(client = Client.LANGCHAIN4J_OPENAI, with = Feature.COMPLETIONS)
    void plainTextsAreContinued() {
        String text = OpenAiLanguageModel.builder()
                .baseUrl(base())
                .apiKey(token())
                .modelName(MODEL)
                .temperature(0.0)
                .timeout(PATIENCE)
                .build()
                .generate("Count to 12: 1, 2, 3,")
                .content();
        assertThat(text).isNotBlank();
    }
}
