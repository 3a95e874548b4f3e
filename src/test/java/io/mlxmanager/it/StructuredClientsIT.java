package io.mlxmanager.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.models.messages.MessageCreateParams;
import com.anthropic.models.messages.StructuredContentBlock;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.anthropic.AnthropicChatModel;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ResponseFormat;
import dev.langchain4j.model.chat.request.ResponseFormatType;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.request.json.JsonSchema;
import dev.langchain4j.model.openai.OpenAiChatModel;
import io.mlxmanager.it.Serves.Client;
import io.mlxmanager.it.Serves.Feature;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.converter.BeanOutputConverter;
import org.springframework.ai.openai.OpenAiChatOptions;
import org.springframework.ai.openai.api.OpenAiApi;

/** Every client makes a Java record of an answer in its own way; the model, which knows nothing of it, cannot spoil it. */
class StructuredClientsIT {

    private static final String MODEL = "mlx-manager/starter-qwen3-4m-4bit";
    private static final String QUESTION = "Which light is on?";
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** What the answer becomes. */
    public record Light(Colour colour, boolean on) {}

    /** Part of it. */
    public enum Colour {
        RED,
        GREEN,
        BLUE
    }

    private final String server = RunningServer.shared().baseUrl().toString();
    private final String token =
            ApiClient.of(RunningServer.shared(), "ada@example.com").token();

    @Test
    @Serves(client = Client.OPENAI_JAVA, with = Feature.RECORD)
    void openAi() {
        Light light = OpenAIOkHttpClient.builder()
                .baseUrl(server + "/v1")
                .apiKey(token)
                .maxRetries(0)
                .build()
                .chat()
                .completions()
                .create(ChatCompletionCreateParams.builder()
                        .model(MODEL)
                        .addUserMessage(QUESTION)
                        .responseFormat(Light.class)
                        .build())
                .choices()
                .get(0)
                .message()
                .content()
                .orElseThrow();
        assertThat(light.colour()).isNotNull();
    }

    @Test
    @Serves(client = Client.ANTHROPIC_JAVA, with = Feature.RECORD)
    void anthropic() {
        List<Light> lights = AnthropicOkHttpClient.builder()
                .baseUrl(server)
                .apiKey(token)
                .maxRetries(0)
                .build()
                .messages()
                .create(MessageCreateParams.builder()
                        .model(MODEL)
                        .maxTokens(300)
                        .addUserMessage(QUESTION)
                        .outputConfig(Light.class)
                        .build())
                .content()
                .stream()
                .filter(StructuredContentBlock::isText)
                .map(block -> block.text().orElseThrow().text())
                .toList();
        assertThat(lights)
                .singleElement()
                .satisfies(light -> assertThat(light.colour()).isNotNull());
    }

    @Test
    @Serves(client = Client.LANGCHAIN4J_OPENAI, with = Feature.RECORD)
    void langChain4jOverOpenAi() throws JsonProcessingException {
        asksForTheSchema(OpenAiChatModel.builder()
                .baseUrl(server + "/v1")
                .apiKey(token)
                .modelName(MODEL)
                .strictJsonSchema(true)
                .timeout(PATIENCE)
                .build());
    }

    @Test
    @Serves(client = Client.LANGCHAIN4J_ANTHROPIC, with = Feature.RECORD)
    void langChain4jOverAnthropic() throws JsonProcessingException {
        asksForTheSchema(AnthropicChatModel.builder()
                .baseUrl(server + "/v1")
                .apiKey(token)
                .modelName(MODEL)
                .maxTokens(300)
                .timeout(PATIENCE)
                .build());
    }

    private static void asksForTheSchema(ChatModel model) throws JsonProcessingException {
        JsonObjectSchema light = JsonObjectSchema.builder()
                .addEnumProperty("colour", List.of("RED", "GREEN", "BLUE"))
                .addBooleanProperty("on")
                .required("colour", "on")
                .additionalProperties(false)
                .build();
        ResponseFormat format = ResponseFormat.builder()
                .type(ResponseFormatType.JSON)
                .jsonSchema(
                        JsonSchema.builder().name("Light").rootElement(light).build())
                .build();
        String text = model.chat(ChatRequest.builder()
                        .messages(UserMessage.from(QUESTION))
                        .responseFormat(format)
                        .build())
                .aiMessage()
                .text();
        assertThat(new ObjectMapper().readValue(text, Light.class).colour()).isNotNull();
    }

    @Test
    @Serves(client = Client.SPRING_AI, with = Feature.RECORD)
    void springAi() {
        BeanOutputConverter<Light> converter = new BeanOutputConverter<>(Light.class);
        String text = org.springframework.ai.openai.OpenAiChatModel.builder()
                .openAiApi(OpenAiApi.builder().baseUrl(server).apiKey(token).build())
                .build()
                .call(new Prompt(
                        QUESTION,
                        OpenAiChatOptions.builder()
                                .model(MODEL)
                                .outputSchema(converter.getJsonSchema())
                                .build()))
                .getResult()
                .getOutput()
                .getText();
        assertThat(converter.convert(text).colour()).isNotNull();
    }
}
