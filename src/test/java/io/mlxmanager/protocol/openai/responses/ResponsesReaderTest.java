package io.mlxmanager.protocol.openai.responses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mlxmanager.chat.ChatRequest;
import io.mlxmanager.chat.Choices;
import io.mlxmanager.chat.Message;
import io.mlxmanager.chat.Role;
import io.mlxmanager.chat.ToolCall;
import io.mlxmanager.protocol.Fields;
import io.mlxmanager.protocol.ProtocolException;
import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonValue;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResponsesReaderTest {

    private static final String EARLIER = """
            {"items":[
              {"type":"message","role":"user","content":"What is 2+2?"},
              {"type":"reasoning","id":"rs_1","summary":[],"content":[{"type":"reasoning_text","text":"Use the tool."}]},
              {"type":"message","id":"msg_1","role":"assistant","status":"completed",
               "content":[{"type":"output_text","text":"One moment.","annotations":[],"logprobs":[]}]},
              {"type":"function_call","id":"fc_1","call_id":"call_1","name":"calc","arguments":"{\\"e\\":\\"2+2\\"}"}]}
            """;

    private static JsonArray earlier(String id) {
        assertThat(id).isEqualTo("resp_1");
        return Fields.parse(EARLIER).object().getJsonArray("items");
    }

    private static ResponsesRequest read(String fields) {
        return new ResponsesReader().read("{\"model\":\"m\"," + fields + "}", ResponsesReaderTest::earlier);
    }

    @Test
    void aBareTextIsWhatTheUserSays() {
        ResponsesRequest request = read("\"input\":\"Hello\",\"instructions\":\"Be brief.\"");
        assertThat(request.chat().messages()).containsExactly(Message.system("Be brief."), Message.user("Hello"));
        assertThat(request.store()).isTrue();
        assertThat(request.stream()).isFalse();
        assertThat(request.ignored()).isEmpty();
    }

    @Test
    void aTurnOfTheModelIsOneMessageAndEarlierItemsComeFirst() {
        ResponsesRequest request =
                read("\"previous_response_id\":\"resp_1\",\"input\":[{\"type\":\"function_call_output\","
                        + "\"call_id\":\"call_1\",\"output\":\"4\"}]");
        List<Message> messages = request.chat().messages();

        assertThat(messages).extracting(Message::role).containsExactly(Role.USER, Role.ASSISTANT, Role.TOOL);
        Message turn = messages.get(1);
        assertThat(turn.reasoning()).contains("Use the tool.");
        assertThat(turn.parts()).hasSize(1);
        assertThat(turn.toolCalls()).containsExactly(new ToolCall("call_1", "calc", "{\"e\":\"2+2\"}"));
        assertThat(messages.get(2).toolCallId()).contains("call_1");
        assertThat(request.input()).hasSize(5);
        assertThat(request.echo().getString("previous_response_id")).isEqualTo("resp_1");
    }

    @Test
    void whatIsCalledOtherwiseInChatsIsCarriedOver() {
        ChatRequest chat =
                read("\"input\":\"x\",\"max_output_tokens\":9,\"reasoning\":{\"effort\":\"none\",\"summary\":\"auto\"},"
                                + "\"top_logprobs\":2,\"include\":[\"message.output_text.logprobs\"],\"temperature\":0,"
                                + "\"text\":{\"format\":{\"type\":\"text\"}},\"truncation\":\"disabled\","
                                + "\"tools\":[{\"type\":\"function\",\"name\":\"f\",\"description\":\"d\",\"parameters\":{\"type\":\"object\"}}]")
                        .chat();
        assertThat(chat.maxTokens()).isEqualTo(OptionalInt.of(9));
        assertThat(chat.templateOptions()).containsEntry("enable_thinking", JsonValue.FALSE);
        assertThat(chat.choices()).isEqualTo(new Choices(1, OptionalInt.of(2)));
        assertThat(chat.tools()).hasSize(1);
        assertThat(chat.tools().get(0).name()).isEqualTo("f");
        assertThat(chat.tools().get(0).raw().getJsonObject("function").getString("description"))
                .isEqualTo("d");
    }

    @Test
    void theFormOfTheTextIsThatOfChats() {
        ChatRequest chat =
                read("\"input\":\"x\",\"text\":{\"format\":{\"type\":\"json_schema\",\"name\":\"n\",\"strict\":true,"
                                + "\"schema\":{\"type\":\"object\",\"properties\":{},\"additionalProperties\":false}}}")
                        .chat();
        assertThat(chat.form()).isPresent();
        assertThat(read("\"input\":\"x\",\"parallel_tool_calls\":false").chat().parallelCalls())
                .isFalse();
    }

    @Test
    void fieldsThatNobodyKnowsAreListed() {
        assertThat(read("\"input\":\"x\",\"made_up\":1").ignored()).containsExactly("made_up");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "\"temperature\":1|input",
                "\"input\":7|input",
                "\"input\":\"x\",\"temperature\":3|temperature",
                "\"input\":\"x\",\"max_output_tokens\":0|max_output_tokens",
                "\"input\":\"x\",\"reasoning\":{\"effort\":\"huge\"}|reasoning.effort",
                "\"input\":\"x\",\"background\":true|background",
                "\"input\":\"x\",\"truncation\":\"auto\"|truncation",
                "\"input\":\"x\",\"conversation\":\"c\"|conversation",
                "\"input\":\"x\",\"include\":[\"file_search_call.results\"]|include",
                "\"input\":\"x\",\"tools\":[{\"type\":\"web_search\"}]|tools[0].type",
                "\"input\":\"x\",\"tools\":[{\"type\":\"function\",\"name\":\"a b\"}]|tools[0].name",
                "\"input\":[{\"type\":\"item_reference\",\"id\":\"x\"}]|input[0].type",
                "\"input\":[{\"role\":\"user\",\"content\":\"a\"},{\"role\":\"nobody\",\"content\":\"a\"}]|input[1].role",
                "\"input\":[{\"role\":\"user\",\"content\":[{\"type\":\"input_file\"}]}]|input[0].content[0].type",
                "\"input\":[{\"type\":\"function_call_output\",\"output\":\"a\"}]|input[0].call_id",
                "\"input\":\"x\",\"top_logprobs\":21|top_logprobs",
                "\"input\":\"x\",\"text\":{\"format\":{\"type\":\"xml\"}}|text.format.type",
                "\"input\":\"x\",\"text\":{\"format\":{\"type\":\"json_schema\",\"name\":\"n\"}}|text.format.schema"
            })
    void refusesUnderTheNamesOfThisProtocol(String fields, String param) {
        ProtocolException refused = catchThrowableOfType(ProtocolException.class, () -> read(fields));
        assertThat(refused.param()).contains(param);
        assertThat(refused.getMessage()).contains(param);
    }

    @Test
    void aNamedChoiceOfTheOtherShapeIsNotMistakenForText() {
        ProtocolException refused = catchThrowableOfType(
                ProtocolException.class, () -> read("\"input\":\"x\",\"tool_choice\":{\"type\":\"file_search\"}"));
        assertThat(refused.param().orElseThrow()).startsWith("tool_choice");
    }

    @Test
    void theResponseRepeatsItsRequest() {
        JsonValue metadata = Json.createObjectBuilder().add("k", "v").build();
        assertThat(read("\"input\":\"x\",\"metadata\":{\"k\":\"v\"},\"top_p\":0.5")
                        .echo())
                .containsEntry("metadata", metadata)
                .containsKey("top_p");
    }
}
