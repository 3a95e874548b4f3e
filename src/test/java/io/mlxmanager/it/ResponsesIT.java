package io.mlxmanager.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.helpers.ResponseAccumulator;
import com.openai.models.responses.FunctionTool;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseCreateParams;
import com.openai.models.responses.ResponseFunctionToolCall;
import com.openai.models.responses.ResponseInputItem;
import com.openai.models.responses.ResponseOutputText;
import com.openai.models.responses.ResponseStatus;
import com.openai.models.responses.ResponseStreamEvent;
import io.mlxmanager.it.Serves.Client;
import io.mlxmanager.it.Serves.Feature;
import jakarta.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The responses protocol with the official client, unmodified. */
class ResponsesIT {

    private static final String MODEL = "mlx-manager/starter-qwen3-4m-4bit";

    private final ApiClient ada = ApiClient.of(RunningServer.shared(), "ada@example.com");
    private final OpenAIClient client = client(ada);

    private static OpenAIClient client(ApiClient user) {
        return OpenAIOkHttpClient.builder()
                .baseUrl(RunningServer.shared().baseUrl() + "/v1")
                .apiKey(user.token())
                .maxRetries(0)
                .build();
    }

    private static ResponseCreateParams.Builder ask() {
        return ResponseCreateParams.builder()
                .model(MODEL)
                .temperature(0.0)
                .putAdditionalBodyProperty("chat_template_kwargs", JsonValue.from(Map.of("enable_thinking", false)));
    }

    private static FunctionTool calculator() {
        return FunctionTool.builder()
                .name("calculator")
                .description("Evaluates an arithmetic expression.")
                .parameters(FunctionTool.Parameters.builder()
                        .putAdditionalProperty("type", JsonValue.from("object"))
                        .putAdditionalProperty(
                                "properties", JsonValue.from(Map.of("expression", Map.of("type", "string"))))
                        .putAdditionalProperty("required", JsonValue.from(List.of("expression")))
                        .build())
                .strict(false)
                .build();
    }

    private static String text(Response response) {
        return response.output().stream()
                .flatMap(item -> item.message().stream())
                .flatMap(message -> message.content().stream())
                .flatMap(content -> content.outputText().stream())
                .map(ResponseOutputText::text)
                .collect(Collectors.joining());
    }

    private static Response streamed(OpenAIClient client, ResponseCreateParams params) {
        ResponseAccumulator accumulator = ResponseAccumulator.create();
        try (StreamResponse<ResponseStreamEvent> stream = client.responses().createStreaming(params)) {
            stream.stream().forEach(accumulator::accumulate);
        }
        return accumulator.response();
    }

    @Test
    void aStreamEndsWithTheWholeResponse() {
        ResponseCreateParams params = ask().input("Count to 12.").build();
        Response whole = client.responses().create(params);
        Response streamed = streamed(client, params);

        assertThat(text(whole)).contains("11, 12");
        assertThat(text(streamed)).isEqualTo(text(whole));
        assertThat(streamed.status()).contains(ResponseStatus.COMPLETED).isEqualTo(whole.status());
        assertThat(streamed.usage().orElseThrow().outputTokens())
                .isEqualTo(whole.usage().orElseThrow().outputTokens());
    }

    @Test
    void thinkingIsAnItemOfItsOwnAndCounted() {
        Response response = client.responses()
                .create(ResponseCreateParams.builder()
                        .model(MODEL)
                        .temperature(0.0)
                        .input("What is 12 * 7?")
                        .build());
        assertThat(response.output().get(0).isReasoning()).isTrue();
        assertThat(response.output()
                        .get(0)
                        .asReasoning()
                        .content()
                        .orElseThrow()
                        .get(0)
                        .text())
                .isNotBlank();
        assertThat(response.usage().orElseThrow().outputTokensDetails().reasoningTokens())
                .isPositive();
    }

    @Test
    @Serves(client = Client.OPENAI_JAVA, with = Feature.RESPONSES)
    void aConversationGoesOnWhereTheServerRemembersIt() {
        Response called = client.responses()
                .create(ask().input("What is 12 * 7?").addTool(calculator()).build());
        ResponseFunctionToolCall call = called.output().stream()
                .flatMap(item -> item.functionCall().stream())
                .findFirst()
                .orElseThrow();
        assertThat(call.name()).isEqualTo("calculator");

        Response answered = client.responses()
                .create(ask().previousResponseId(called.id())
                        .addTool(calculator())
                        .inputOfResponse(List.of(
                                ResponseInputItem.ofFunctionCallOutput(ResponseInputItem.FunctionCallOutput.builder()
                                        .callId(call.callId())
                                        .output("84")
                                        .build())))
                        .build());
        assertThat(text(answered)).contains("84");
        assertThat(answered.previousResponseId()).contains(called.id());
        assertThat(answered.usage().orElseThrow().inputTokens())
                .isGreaterThan(called.usage().orElseThrow().inputTokens());
        assertThat(text(client.responses().retrieve(answered.id()))).isEqualTo(text(answered));
        JsonObject input = ApiClient.json(
                ada.get("/v1/responses/" + answered.id() + "/input_items").body());
        assertThat(input.getJsonArray("data")).hasSizeGreaterThanOrEqualTo(3);
    }

    @Test
    void aResponseBelongsToItsCallerAndCanBeDeleted() {
        Response mine = client.responses().create(ask().input("Hello!").build());
        OpenAIClient stranger = client(ApiClient.approved(RunningServer.shared(), "mallory@example.com", ada));
        assertThatThrownBy(() -> stranger.responses().retrieve(mine.id())).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> stranger.responses()
                        .create(ask().previousResponseId(mine.id())
                                .input("And?")
                                .build()))
                .isInstanceOf(NotFoundException.class);
        client.responses().delete(mine.id());
        assertThatThrownBy(() -> client.responses().retrieve(mine.id())).isInstanceOf(NotFoundException.class);
    }

    @Test
    void whatShallNotBeStoredIsNot() {
        Response forgotten =
                client.responses().create(ask().input("Hello!").store(false).build());
        assertThatThrownBy(() -> client.responses().retrieve(forgotten.id())).isInstanceOf(NotFoundException.class);
    }

    @Test
    void anAnswerThatIsCutShortIsIncomplete() {
        ResponseCreateParams params =
                ask().input("Count to 12.").maxOutputTokens(3).build();
        Response whole = client.responses().create(params);
        assertThat(whole.status()).contains(ResponseStatus.INCOMPLETE);
        assertThat(whole.incompleteDetails().orElseThrow().reason().orElseThrow())
                .hasToString("max_output_tokens");
        assertThat(streamed(client, params).status()).contains(ResponseStatus.INCOMPLETE);
    }

    @Test
    void whatIsNotSupportedIsRefusedByName() {
        assertThatThrownBy(() -> client.responses()
                        .create(ask().input("Hello!").background(true).build()))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("background");
    }
}
