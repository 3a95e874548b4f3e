package io.mlxmanager.protocol.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mlxmanager.chat.ChatRequest;
import io.mlxmanager.chat.Choices;
import io.mlxmanager.chat.Message;
import io.mlxmanager.chat.Part;
import io.mlxmanager.chat.Role;
import io.mlxmanager.chat.Sampling;
import io.mlxmanager.chat.ToolCall;
import io.mlxmanager.chat.ToolChoice;
import io.mlxmanager.protocol.ProtocolException;
import jakarta.json.Json;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChatCompletionReaderTest {

    private static final String USER = "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]";

    private final ChatCompletionReader reader = new ChatCompletionReader();

    @Test
    void readsEveryFieldItKnows() throws IOException {
        ChatCompletionRequest request = reader.read(WireGoldenTest.golden("request-full.json"));
        ChatRequest chat = request.chat();

        assertThat(chat.model()).isEqualTo("mlx-manager/starter");
        assertThat(chat.messages())
                .extracting(Message::role)
                .containsExactly(Role.DEVELOPER, Role.USER, Role.ASSISTANT, Role.TOOL, Role.USER);
        assertThat(chat.messages().get(0).name()).contains("app");
        assertThat(chat.messages().get(1).parts())
                .containsExactly(
                        new Part.Text("What is this?"),
                        new Part.Image(new Part.InlineImage("image/png", "iVBORw0KGgo=")),
                        new Part.Image(new Part.RemoteImage(URI.create("https://example.org/a.png"))));
        Message assistant = chat.messages().get(2);
        assertThat(assistant.parts()).isEmpty();
        assertThat(assistant.reasoning()).contains("Look it up.");
        assertThat(assistant.toolCalls()).containsExactly(new ToolCall("call_1", "look.up-it", "{\"q\": 1}"));
        assertThat(chat.messages().get(3).toolCallId()).contains("call_1");
        assertThat(chat.tools()).hasSize(1);
        assertThat(chat.tools().get(0).raw()).containsKey("return");
        assertThat(chat.tools().get(0).strict()).isTrue();
        assertThat(chat.toolChoice()).isEqualTo(new ToolChoice.Auto());
        assertThat(chat.sampling())
                .isEqualTo(new Sampling(
                        OptionalDouble.of(0),
                        OptionalDouble.of(0.9),
                        OptionalInt.of(0),
                        OptionalDouble.of(0.05),
                        OptionalLong.of(-7),
                        OptionalDouble.of(1.1),
                        OptionalDouble.of(0.5),
                        OptionalDouble.of(-0.5),
                        Map.of()));
        assertThat(chat.maxTokens()).hasValue(7);
        assertThat(chat.stop()).containsExactly("END", "\n\n");
        assertThat(chat.templateOptions())
                .containsEntry("enable_thinking", JsonValue.FALSE)
                .containsEntry("thinking", JsonValue.TRUE)
                .containsEntry("custom", Json.createArrayBuilder().add(1).build());
        assertThat(request.stream()).isTrue();
        assertThat(request.includeUsage()).isTrue();
        assertThat(request.user()).contains("u-1");
        assertThat(request.ignored()).containsExactly("tools[0].function.strict", "made_up", "service_tier");
    }

    @Test
    void leavesWhatIsNotSaidUnsaid() {
        ChatCompletionRequest request = reader.read("{\"model\":\"m\"," + USER + "}");

        assertThat(request.chat()).isEqualTo(ChatRequest.of("m", List.of(Message.user("Hi"))));
        assertThat(request.stream()).isFalse();
        assertThat(request.user()).isEmpty();
        assertThat(request.ignored()).isEmpty();
    }

    @Test
    void readsHowManyAnswersAndWhatIsToldOfTheirTokens() {
        ChatRequest chat = read("\"n\":3,\"logprobs\":true,\"top_logprobs\":2,\"logit_bias\":{\"5\":-100,\"7\":1.5}")
                .chat();

        assertThat(chat.choices()).isEqualTo(new Choices(3, OptionalInt.of(2)));
        assertThat(chat.sampling().logitBias()).containsOnly(Map.entry(5, -100f), Map.entry(7, 1.5f));
        assertThat(read("\"logprobs\":true").chat().choices()).isEqualTo(new Choices(1, OptionalInt.of(0)));
    }

    @ParameterizedTest
    @CsvSource({"none,false,", "minimal,true,low", "medium,true,medium", "xhigh,true,high"})
    void turnsReasoningEffortIntoTemplateOptions(String effort, boolean thinks, String level) {
        var options = read("\"reasoning_effort\":\"" + effort + "\"").chat().templateOptions();

        assertThat(options.get("enable_thinking")).isEqualTo(thinks ? JsonValue.TRUE : JsonValue.FALSE);
        assertThat(options.get("reasoning_effort")).isEqualTo(level == null ? null : Json.createValue(level));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"n\":null",
                "\"stop\":null",
                "\"tools\":[]",
                "\"tool_choice\":\"none\"",
                "\"max_tokens\":1.0",
                "\"seed\":9223372036854775807",
                "\"logit_bias\":null",
                "\"stream_options\":null",
                "\"temperature\":2",
                "\"parallel_tool_calls\":true",
                "\"parallel_tool_calls\":false",
                "\"top_logprobs\":0",
                "\"stop\":\"x\"",
                "\"verbosity\":\"medium\""
            })
    void acceptsWhatChangesNothingOrIsInRange(String field) {
        assertThat(read(field).ignored()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"temperature\":2.01|temperature|INVALID_VALUE",
                "\"temperature\":-1|temperature|INVALID_VALUE",
                "\"temperature\":\"0\"|temperature|INVALID_TYPE",
                "\"temperature\":true|temperature|INVALID_TYPE",
                "\"top_p\":1.5|top_p|INVALID_VALUE",
                "\"min_p\":-0.1|min_p|INVALID_VALUE",
                "\"top_k\":-2|top_k|INVALID_VALUE",
                "\"top_k\":1.5|top_k|INVALID_TYPE",
                "\"seed\":9223372036854775808|seed|INVALID_VALUE",
                "\"seed\":1e4000|seed|INVALID_VALUE",
                "\"max_tokens\":0|max_tokens|INVALID_VALUE",
                "\"max_completion_tokens\":3000000000|max_completion_tokens|INVALID_VALUE",
                "\"repetition_penalty\":0|repetition_penalty|INVALID_VALUE",
                "\"presence_penalty\":3|presence_penalty|INVALID_VALUE",
                "\"stop\":\"\"|stop|INVALID_VALUE",
                "\"stop\":[\"a\",\"\"]|stop[1]|INVALID_VALUE",
                "\"stop\":[\"a\",1]|stop[1]|INVALID_TYPE",
                "\"stop\":{}|stop|INVALID_TYPE",
                "\"stop\":[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]|stop|INVALID_VALUE",
                "\"n\":0|n|INVALID_VALUE",
                "\"n\":129|n|INVALID_VALUE",
                "\"stream\":1|stream|INVALID_TYPE",
                "\"stream_options\":{\"include_usage\":true}|stream_options|INVALID_VALUE",
                "\"stream\":true,\"stream_options\":{\"include_usage\":1}|stream_options.include_usage|INVALID_TYPE",
                "\"logprobs\":1|logprobs|INVALID_TYPE",
                "\"top_logprobs\":3|top_logprobs|INVALID_VALUE",
                "\"logprobs\":true,\"top_logprobs\":21|top_logprobs|INVALID_VALUE",
                "\"logit_bias\":{\"5\":101}|logit_bias.5|INVALID_VALUE",
                "\"logit_bias\":{\"five\":1}|logit_bias.five|INVALID_VALUE",
                "\"logit_bias\":{\"5\":\"1\"}|logit_bias.5|INVALID_TYPE",
                "\"response_format\":{\"type\":\"xml\"}|response_format.type|UNSUPPORTED_VALUE",
                "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"x\"}}|response_format.json_schema.schema|MISSING_REQUIRED_PARAMETER",
                "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"x\",\"schema\":{\"properties\":{\"a\":{\"not\":{}}}}}}|response_format.json_schema.schema.properties.a.not|UNSUPPORTED_VALUE",
                "\"response_format\":\"text\"|response_format|INVALID_TYPE",
                "\"tool_choice\":\"required\"|tool_choice|INVALID_VALUE",
                "\"tool_choice\":\"always\"|tool_choice|INVALID_VALUE",
                "\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"f\"}}|tool_choice.function.name|INVALID_VALUE",
                "\"parallel_tool_calls\":1|parallel_tool_calls|INVALID_TYPE",
                "\"functions\":[]|functions|UNSUPPORTED_PARAMETER",
                "\"audio\":{}|audio|UNSUPPORTED_PARAMETER",
                "\"guided_regex\":\"(?=a)\"|guided_regex|UNSUPPORTED_VALUE",
                "\"guided_regex\":\"(a\"|guided_regex|INVALID_VALUE",
                "\"guided_grammar\":\"start ::= 1\"|guided_grammar|INVALID_VALUE",
                "\"guided_choice\":[]|guided_choice|INVALID_VALUE",
                "\"guided_choice\":[\"a\"],\"guided_regex\":\"a\"|response_format|INVALID_VALUE",
                "\"modalities\":[\"text\",\"audio\"]|modalities|UNSUPPORTED_VALUE",
                "\"verbosity\":\"low\"|verbosity|UNSUPPORTED_VALUE",
                "\"reasoning_effort\":\"huge\"|reasoning_effort|UNSUPPORTED_VALUE",
                "\"chat_template_kwargs\":[]|chat_template_kwargs|INVALID_TYPE",
                "\"chat_template_kwargs\":{\"messages\":[]}|chat_template_kwargs.messages|INVALID_VALUE",
                "\"user\":5|user|INVALID_TYPE",
                "\"metadata\":5|metadata|INVALID_TYPE",
                "\"tools\":{}|tools|INVALID_TYPE",
                "\"tools\":[1]|tools[0]|INVALID_TYPE",
                "\"tools\":[{\"type\":\"web_search\"}]|tools[0].type|UNSUPPORTED_VALUE",
                "\"tools\":[{\"type\":\"function\"}]|tools[0].function|MISSING_REQUIRED_PARAMETER",
                "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"a b\"}}]|tools[0].function.name|INVALID_VALUE",
                "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":1}}]|tools[0].function.parameters|INVALID_TYPE",
                "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}},{\"type\":\"function\",\"function\":{\"name\":\"f\"}}]|tools[1].function.name|INVALID_VALUE",
            })
    void refusesByName(String field, String param, ProtocolException.Code code) {
        assertRefused("{\"model\":\"m\"," + USER + "," + field + "}", param, code);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{}|messages[1].role|MISSING_REQUIRED_PARAMETER",
                "[]|messages[1]|INVALID_TYPE",
                "{\"role\":\"robot\",\"content\":\"x\"}|messages[1].role|INVALID_VALUE",
                "{\"role\":\"function\",\"content\":\"x\"}|messages[1].role|UNSUPPORTED_VALUE",
                "{\"role\":\"user\"}|messages[1].content|MISSING_REQUIRED_PARAMETER",
                "{\"role\":\"user\",\"content\":null}|messages[1].content|MISSING_REQUIRED_PARAMETER",
                "{\"role\":\"user\",\"content\":5}|messages[1].content|INVALID_TYPE",
                "{\"role\":\"user\",\"content\":[\"x\"]}|messages[1].content[0]|INVALID_TYPE",
                "{\"role\":\"user\",\"content\":[{\"type\":\"text\"}]}|messages[1].content[0].text|MISSING_REQUIRED_PARAMETER",
                "{\"role\":\"user\",\"content\":[{\"type\":\"input_audio\"}]}|messages[1].content[0].type|UNSUPPORTED_VALUE",
                "{\"role\":\"system\",\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"http://a/\"}}]}|messages[1].content[0].type|UNSUPPORTED_VALUE",
                "{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"file:///etc/passwd\"}}]}|messages[1].content[0].image_url.url|INVALID_VALUE",
                "{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64,?\"}}]}|messages[1].content[0].image_url.url|INVALID_VALUE",
                "{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/svg+xml;base64,AAAA\"}}]}|messages[1].content[0].image_url.url|UNSUPPORTED_VALUE",
                "{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:,x\"}}]}|messages[1].content[0].image_url.url|INVALID_VALUE",
                "{\"role\":\"tool\",\"content\":\"x\"}|messages[1].tool_call_id|MISSING_REQUIRED_PARAMETER",
                "{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"a\",\"function\":{\"name\":\"f\"}}]}|messages[1].tool_calls[0].function.arguments|MISSING_REQUIRED_PARAMETER",
                "{\"role\":\"assistant\",\"tool_calls\":[{\"function\":{\"name\":\"f\",\"arguments\":\"\"}}]}|messages[1].tool_calls[0].id|MISSING_REQUIRED_PARAMETER",
                "{\"role\":\"assistant\",\"function_call\":{}}|messages[1].function_call|UNSUPPORTED_PARAMETER",
            })
    void refusesMessagesByName(String message, String param, ProtocolException.Code code) {
        String body = "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}," + message + "]}";
        assertRefused(body, param, code);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{|``|INVALID_JSON",
                "{} x|``|INVALID_JSON",
                "[]|``|INVALID_TYPE",
                "{}|model|MISSING_REQUIRED_PARAMETER",
                "{\"model\":\"\"}|model|INVALID_VALUE",
                "{\"model\":5}|model|INVALID_TYPE",
                "{\"model\":\"m\"}|messages|MISSING_REQUIRED_PARAMETER",
                "{\"model\":\"m\",\"messages\":[]}|messages|INVALID_VALUE",
                "{\"model\":\"m\",\"messages\":\"Hi\"}|messages|INVALID_TYPE",
            })
    void refusesBodiesThatAreNoRequest(String body, String param, ProtocolException.Code code) {
        assertRefused(body, param, code);
    }

    @Test
    void refusesMoreMessagesThanAllowed() {
        String many = "{\"role\":\"user\",\"content\":\"x\"},".repeat(1024);

        assertRefused(
                "{\"model\":\"m\",\"messages\":[" + many + "{}]}", "messages", ProtocolException.Code.INVALID_VALUE);
    }

    private ChatCompletionRequest read(String field) {
        return reader.read("{\"model\":\"m\"," + USER + "," + field + "}");
    }

    private void assertRefused(String body, String param, ProtocolException.Code code) {
        assertThatThrownBy(() -> reader.read(body)).isInstanceOfSatisfying(ProtocolException.class, problem -> {
            assertThat(problem.param()).isEqualTo(param.isEmpty() ? Optional.empty() : Optional.of(param));
            assertThat(problem.code()).isEqualTo(code);
            assertThat(problem.getMessage()).contains(param);
        });
    }
}
