package io.mlxmanager.protocol.anthropic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mlxmanager.chat.ChatRequest;
import io.mlxmanager.chat.Message;
import io.mlxmanager.chat.Role;
import io.mlxmanager.chat.ToolChoice;
import io.mlxmanager.protocol.ProtocolException;
import jakarta.json.JsonValue;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MessagesReaderTest {

    private final MessagesReader reader = new MessagesReader();

    private static String body(String fields) {
        return ("{'model':'m','max_tokens':10,'messages':[{'role':'user','content':'Hi'}]"
                        + (fields.isEmpty() ? "" : "," + fields) + "}")
                .replace('\'', '"');
    }

    private ChatRequest chat(String fields) {
        return reader.read(body(fields)).chat();
    }

    private ChatRequest conversation(String messages) {
        return reader.read(("{'model':'m','max_tokens':10,'messages':" + messages + "}").replace('\'', '"'))
                .chat();
    }

    @Test
    void theLeastRequestIsRead() {
        ChatRequest chat = chat("");
        assertThat(chat.model()).isEqualTo("m");
        assertThat(chat.maxTokens()).hasValue(10);
        assertThat(chat.messages()).containsExactly(Message.user("Hi"));
        assertThat(chat.toolChoice()).isEqualTo(new ToolChoice.Auto());
    }

    @Test
    void theSystemTextComesFirstWhateverItsForm() {
        assertThat(chat("'system':'Be brief.'").messages().get(0)).isEqualTo(Message.system("Be brief."));
        assertThat(chat("'system':[{'type':'text','text':'A','cache_control':{'type':'ephemeral'}},"
                                + "{'type':'text','text':'B'}]")
                        .messages()
                        .get(0))
                .isEqualTo(Message.system("A\nB"));
    }

    @Test
    void aModelThinksOnlyWhenItIsAskedTo() {
        assertThat(chat("").templateOptions()).containsEntry("enable_thinking", JsonValue.FALSE);
        assertThat(chat("'thinking':{'type':'enabled','budget_tokens':1024}").templateOptions())
                .containsEntry("enable_thinking", JsonValue.TRUE);
    }

    @Test
    void callsResultsAndThinkingKeepTheirPlaces() {
        List<Message> messages = conversation("[{'role':'user','content':'12*7?'},"
                        + "{'role':'assistant','content':[{'type':'thinking','thinking':'Hm.','signature':'x'},"
                        + "{'type':'text','text':'I calculate.'},"
                        + "{'type':'tool_use','id':'t1','name':'calculator','input':{'expression':'12*7'}}]},"
                        + "{'role':'user','content':[{'type':'tool_result','tool_use_id':'t1','content':'84'},"
                        + "{'type':'text','text':'Well?'}]}]")
                .messages();
        assertThat(messages).hasSize(4);
        assertThat(messages.get(1).reasoning()).contains("Hm.");
        assertThat(messages.get(1).text()).isEqualTo("I calculate.");
        assertThat(messages.get(1).toolCalls()).singleElement().satisfies(call -> {
            assertThat(call.id()).isEqualTo("t1");
            assertThat(call.arguments()).isEqualTo("{\"expression\":\"12*7\"}");
        });
        assertThat(messages.get(2)).isEqualTo(Message.toolResult("t1", "84"));
        assertThat(messages.get(3)).isEqualTo(Message.user("Well?"));
    }

    @Test
    void aFailedToolSaysSo() {
        Message result = conversation("[{'role':'user','content':[{'type':'tool_result','tool_use_id':'t1',"
                        + "'is_error':true,'content':[{'type':'text','text':'no such city'}]}]}]")
                .messages()
                .get(0);
        assertThat(result.role()).isEqualTo(Role.TOOL);
        assertThat(result.text()).isEqualTo("Error:\nno such city");
    }

    @Test
    void toolsAreSeenAsTemplatesWantThem() {
        ChatRequest chat =
                chat("'tools':[{'name':'f','description':'d','input_schema':{'type':'object','properties':{}}}],"
                        + "'tool_choice':{'type':'none'}");
        assertThat(chat.tools())
                .singleElement()
                .satisfies(tool -> assertThat(tool.raw().toString())
                        .isEqualTo("{\"type\":\"function\",\"function\":{\"name\":\"f\",\"description\":\"d\","
                                + "\"parameters\":{\"type\":\"object\",\"properties\":{}}}}"));
        assertThat(chat.offeredTools()).isEmpty();
    }

    @Test
    void whatNobodyKnowsIsListed() {
        assertThat(reader.read(body("'surprise':1")).ignored()).containsExactly("surprise");
        assertThat(reader.read(body("'metadata':{'user_id':'u'},'service_tier':'auto'"))
                        .ignored())
                .isEmpty();
    }

    @Test
    void tokensCanBeCountedWithoutALimit() {
        String body = "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";
        assertThat(reader.readForCount(body).chat().maxTokens()).isEmpty();
        assertThatThrownBy(() -> reader.read(body))
                .isInstanceOf(ProtocolException.class)
                .hasMessage("max_tokens is required.");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'temperature':1.5                              | temperature",
                "'top_k':-1                                     | top_k",
                "'tool_choice':{'type':'any'}                   | tool_choice.type",
                "'tool_choice':{'type':'tool','name':'f'}       | tool_choice.name",
                "'output_config':{'format':{'type':'text'}}     | output_config.format.type",
                "'output_config':{'format':{'type':'json_schema','schema':{'not':{}}}} | output_config.format.schema.not",
                "'output_format':{'type':'json_schema'}         | output_format.schema",
                "'tools':[{'name':'f'}]                         | tools[0].input_schema",
                "'tools':[{'type':'web_search','name':'w'}]     | tools[0].type",
                "'stop_sequences':['a',' ']                     | stop_sequences[1]",
                "'thinking':{'type':'perhaps'}                  | thinking.type",
                "'mcp_servers':[]                               | mcp_servers",
                "'system':[{'type':'image'}]                    | system[0].type",
                "'stream':'yes'                                 | stream",
            })
    void whatIsWrongIsNamed(String fields, String param) {
        assertThatThrownBy(() -> chat(fields))
                .isInstanceOfSatisfying(
                        ProtocolException.class,
                        refused -> assertThat(refused.param()).contains(param));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[]                                                             | messages",
                "[{'role':'tool','content':'x'}]                                | messages[0].role",
                "[{'role':'user'}]                                              | messages[0].content",
                "[{'role':'user','content':[{'type':'video'}]}]                 | messages[0].content[0].type",
                "[{'role':'user','content':[{'type':'tool_result'}]}]           | messages[0].content[0].tool_use_id",
                "[{'role':'assistant','content':[{'type':'tool_use','id':'a','name':'f'}]}] | messages[0].content[0].input",
                "[{'role':'user','content':[{'type':'image','source':{'type':'file'}}]}] | messages[0].content[0].source.type",
            })
    void whatIsWrongInAMessageIsNamed(String messages, String param) {
        assertThatThrownBy(() -> conversation(messages))
                .isInstanceOfSatisfying(
                        ProtocolException.class,
                        refused -> assertThat(refused.param()).contains(param));
    }
}
