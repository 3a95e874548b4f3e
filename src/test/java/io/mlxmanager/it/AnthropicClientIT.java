package io.mlxmanager.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.core.JsonValue;
import com.anthropic.core.http.StreamResponse;
import com.anthropic.errors.BadRequestException;
import com.anthropic.errors.NotFoundException;
import com.anthropic.errors.UnauthorizedException;
import com.anthropic.helpers.MessageAccumulator;
import com.anthropic.models.messages.ContentBlock;
import com.anthropic.models.messages.ContentBlockParam;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.MessageCountTokensParams;
import com.anthropic.models.messages.MessageCreateParams;
import com.anthropic.models.messages.RawMessageStreamEvent;
import com.anthropic.models.messages.StopReason;
import com.anthropic.models.messages.Tool;
import com.anthropic.models.messages.ToolResultBlockParam;
import com.anthropic.models.messages.ToolUseBlock;
import io.mlxmanager.it.Serves.Client;
import io.mlxmanager.it.Serves.Feature;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The official client, unmodified. */
class AnthropicClientIT {

    private static final String MODEL = "mlx-manager/starter-qwen3-4m-4bit";

    private final String token =
            ApiClient.of(RunningServer.shared(), "ada@example.com").token();
    private final AnthropicClient client = client(token);

    private static AnthropicClient client(String key) {
        return AnthropicOkHttpClient.builder()
                .baseUrl(RunningServer.shared().baseUrl().toString())
                .apiKey(key)
                .maxRetries(0)
                .build();
    }

    private static MessageCreateParams.Builder ask(String question) {
        return MessageCreateParams.builder()
                .model(MODEL)
                .maxTokens(200)
                .putAdditionalBodyProperty("temperature", JsonValue.from(0))
                .addUserMessage(question);
    }

    private static String text(Message message) {
        return message.content().stream()
                .flatMap(block -> block.text().stream())
                .map(block -> block.text())
                .findFirst()
                .orElse("");
    }

    @SuppressWarnings("unchecked")
    private static Tool calculator() {
        return Tool.builder()
                .name("calculator")
                .description("Evaluates an arithmetic expression.")
                .inputSchema(Tool.InputSchema.builder()
                        .properties(JsonValue.from(Map.of("expression", Map.of("type", "string"))))
                        .putAdditionalProperty("required", JsonValue.from(List.of("expression")))
                        .build())
                .build();
    }

    @Test
    @Serves(client = Client.ANTHROPIC_JAVA, with = Feature.CHAT)
    void asksAndIsAnswered() {
        Message answer = client.messages().create(ask("Count to 12.").build());
        assertThat(text(answer)).contains("11, 12");
        assertThat(answer.stopReason()).contains(StopReason.END_TURN);
        assertThat(answer.usage().outputTokens()).isPositive();
        assertThat(answer.content()).noneMatch(ContentBlock::isThinking);
    }

    @Test
    @Serves(client = Client.ANTHROPIC_JAVA, with = Feature.STREAM)
    void aStreamAddsUpToTheWholeAnswer() {
        MessageCreateParams params = ask("Count to 12.").build();
        MessageAccumulator accumulator = MessageAccumulator.create();
        try (StreamResponse<RawMessageStreamEvent> stream = client.messages().createStreaming(params)) {
            stream.stream().forEach(accumulator::accumulate);
        }
        Message streamed = accumulator.message();
        Message whole = client.messages().create(params);
        assertThat(text(streamed)).isEqualTo(text(whole));
        assertThat(streamed.stopReason()).isEqualTo(whole.stopReason());
        assertThat(streamed.usage().outputTokens()).isEqualTo(whole.usage().outputTokens());
    }

    @Test
    void goesOnWithAnAnswerThatTheCallerHasBegun() {
        String whole = text(client.messages().create(ask("Count to 12.").build()));
        String begun = whole.substring(0, whole.indexOf("5"));
        Message rest = client.messages()
                .create(ask("Count to 12.").addAssistantMessage(begun).build());
        assertThat(begun + text(rest)).isEqualTo(whole);
    }

    @Test
    void thinksWhenAskedTo() {
        Message answer = client.messages()
                .create(ask("What is 12 * 7?")
                        .enabledThinking(1024)
                        .maxTokens(2000)
                        .build());
        assertThat(answer.content()).anyMatch(ContentBlock::isThinking);
        assertThat(answer.content().get(0).isThinking()).isTrue();
    }

    @Test
    @Serves(client = Client.ANTHROPIC_JAVA, with = Feature.TOOLS)
    void aToolIsCalledAndItsResultUsed() {
        MessageCreateParams.Builder params = ask("What is 12 * 7?").addTool(calculator());
        Message call = client.messages().create(params.build());
        assertThat(call.stopReason()).contains(StopReason.TOOL_USE);
        ToolUseBlock use = call.content().stream()
                .flatMap(block -> block.toolUse().stream())
                .findFirst()
                .orElseThrow();
        assertThat(use.name()).isEqualTo("calculator");
        assertThat(use._input().toString()).contains("12").contains("7");

        Message answer = client.messages()
                .create(params.addMessage(call)
                        .addUserMessageOfContentBlockParams(
                                List.of(ContentBlockParam.ofToolResult(ToolResultBlockParam.builder()
                                        .toolUseId(use.id())
                                        .content("84")
                                        .build())))
                        .build());
        assertThat(text(answer)).contains("84");
        assertThat(answer.stopReason()).contains(StopReason.END_TURN);
    }

    @Test
    void saysWhichStopSequenceWasMet() {
        Message answer = client.messages()
                .create(ask("Count to 12.")
                        .addStopSequence("never")
                        .addStopSequence(", 5")
                        .build());
        assertThat(answer.stopReason()).contains(StopReason.STOP_SEQUENCE);
        assertThat(answer.stopSequence()).contains(", 5");
        assertThat(text(answer)).endsWith("4");
    }

    @Test
    @Serves(client = Client.ANTHROPIC_JAVA, with = Feature.MODELS)
    void findsTheModels() {
        assertThat(client.models().list().data()).anySatisfy(model -> {
            assertThat(model.id()).isEqualTo(MODEL);
            assertThat(model.createdAt()).isNotNull();
        });
    }

    @Test
    @Serves(client = Client.ANTHROPIC_JAVA, with = Feature.COUNT_TOKENS)
    void countsTokensAsTheAnswerDoes() {
        long counted = client.messages()
                .countTokens(MessageCountTokensParams.builder()
                        .model(MODEL)
                        .system("Be brief.")
                        .addUserMessage("Count to 12.")
                        .build())
                .inputTokens();
        Message answer =
                client.messages().create(ask("Count to 12.").system("Be brief.").build());
        assertThat(answer.usage().inputTokens()
                        + answer.usage().cacheReadInputTokens().orElse(0L))
                .isEqualTo(counted);
    }

    @Test
    @Serves(client = Client.ANTHROPIC_JAVA, with = Feature.ERRORS)
    void errorsAreTheClientsOwn() {
        assertThatThrownBy(() -> client.messages()
                        .create(ask("Hello!").model("nobody/nothing").build()))
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining("not_found_error");
        assertThatThrownBy(() -> client("wrong").messages().create(ask("Hello!").build()))
                .isInstanceOf(UnauthorizedException.class)
                .hasMessageContaining("authentication_error");
        assertThatThrownBy(() -> client.messages()
                        .create(ask("Hello!")
                                .putAdditionalBodyProperty("temperature", JsonValue.from(1.5))
                                .build()))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("temperature");
    }
}
