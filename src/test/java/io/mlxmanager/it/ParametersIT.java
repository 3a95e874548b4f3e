package io.mlxmanager.it;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the protocols document is honoured or refused by its name, never dropped in silence. */
class ParametersIT {

    private static final String TEXT = "/v1/completions";
    private static final String MESSAGES = "/v1/messages";
    private static final String RESPONSES = "/v1/responses";
    private static final String TOOLS = "[{'type':'function','function':{'name':'f','parameters':{'type':'object'}}}]";

    private final ApiClient client = ApiClient.of(RunningServer.shared(), "ada@example.com");

    private static JsonObject json(String text) {
        return ApiClient.json(text.replace('\'', '"'));
    }

    private HttpResponse<String> ask(String path, String fields) {
        String input = switch (path) {
            case TEXT -> "'prompt':'Hi','max_tokens':3";
            case RESPONSES -> "'input':'Hi','max_output_tokens':3,'store':false";
            default -> "'messages':[{'role':'user','content':'Hi'}],'max_tokens':3";
        };
        JsonObject body = Json.createObjectBuilder(json("{'model':'mlx-manager/starter-qwen3-4m-4bit'," + input + "}"))
                .addAll(Json.createObjectBuilder(json("{" + fields.replace("TOOLS", TOOLS) + "}")))
                .build();
        return client.post(path, body.toString());
    }

    /** Its tokens are not counted first, which would take half a minute. */
    @Test
    void aPromptAsLongAsALibraryIsRefusedByItsCharacters() {
        HttpResponse<String> answer = ask(TEXT, "'prompt':'" + "x".repeat(1_000_000) + "'");
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("context_length_exceeded", "1000000 characters", "2048 tokens");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "/v1/chat/completions ~ temperature ~ 'temperature':0.5 ~ 'temperature':9",
                "/v1/chat/completions ~ top_p ~ 'top_p':0.9 ~ 'top_p':2",
                "/v1/chat/completions ~ top_k ~ 'top_k':5 ~ 'top_k':-3",
                "/v1/chat/completions ~ min_p ~ 'min_p':0.1 ~ 'min_p':3",
                "/v1/chat/completions ~ seed ~ 'seed':3 ~ 'seed':'x'",
                "/v1/chat/completions ~ stop ~ 'stop':['x','y'] ~ 'stop':['x',1]",
                "/v1/chat/completions ~ max_tokens ~ 'max_tokens':2 ~ 'max_tokens':0",
                "/v1/chat/completions ~ max_completion_tokens ~ 'max_completion_tokens':2 ~ 'max_completion_tokens':0",
                "/v1/chat/completions ~ frequency_penalty ~ 'frequency_penalty':0.5 ~ 'frequency_penalty':9",
                "/v1/chat/completions ~ presence_penalty ~ 'presence_penalty':0.5 ~ 'presence_penalty':9",
                "/v1/chat/completions ~ repetition_penalty ~ 'repetition_penalty':1.1 ~ 'repetition_penalty':0",
                "/v1/chat/completions ~ logit_bias ~ 'logit_bias':{'5':1} ~ 'logit_bias':{'5':1000}",
                "/v1/chat/completions ~ logprobs ~ 'logprobs':true ~ 'logprobs':'yes'",
                "/v1/chat/completions ~ top_logprobs ~ 'logprobs':true,'top_logprobs':2 ~ 'top_logprobs':2",
                "/v1/chat/completions ~ n ~ 'n':2 ~ 'n':0",
                "/v1/chat/completions ~ stream_options ~ 'stream':true,'stream_options':{'include_usage':true} ~ 'stream_options':{'include_usage':true}",
                "/v1/chat/completions ~ user ~ 'user':'u' ~ 'user':5",
                "/v1/chat/completions ~ metadata ~ 'metadata':{'a':'b'} ~ 'metadata':5",
                "/v1/chat/completions ~ response_format ~ 'response_format':{'type':'json_object'} ~ 'response_format':{'type':'yaml'}",
                "/v1/chat/completions ~ tools ~ 'tools':TOOLS ~ 'tools':5",
                "/v1/chat/completions ~ tool_choice ~ 'tools':TOOLS,'tool_choice':'required' ~ 'tools':TOOLS,'tool_choice':'maybe'",
                "/v1/chat/completions ~ parallel_tool_calls ~ 'tools':TOOLS,'parallel_tool_calls':false ~ 'parallel_tool_calls':'x'",
                "/v1/chat/completions ~ reasoning_effort ~ 'reasoning_effort':'low' ~ 'reasoning_effort':'extreme'",
                "/v1/chat/completions ~ chat_template_kwargs ~ 'chat_template_kwargs':{'enable_thinking':false} ~ 'chat_template_kwargs':{'messages':[]}",
                "/v1/chat/completions ~ guided_regex ~ 'guided_regex':'[a-z]{3}' ~ 'guided_regex':'(?=x)'",
                "/v1/chat/completions ~ guided_choice ~ 'guided_choice':['a','b'] ~ 'guided_choice':[]",
                "/v1/chat/completions ~ guided_grammar ~ `'guided_grammar':'root ::= [a-z]'` ~ `'guided_grammar':'root ::= ('`",
                "/v1/completions ~ echo ~ 'echo':true ~ 'echo':'x'",
                "/v1/completions ~ n ~ 'n':2,'temperature':1 ~ 'n':999",
                "/v1/completions ~ best_of ~ 'best_of':2,'temperature':1 ~ 'best_of':0",
                "/v1/completions ~ logprobs ~ 'logprobs':2 ~ 'logprobs':99",
                "/v1/completions ~ stop ~ 'stop':'x' ~ 'stop':5",
                "/v1/completions ~ seed ~ 'seed':1 ~ 'seed':1.5",
                "/v1/completions ~ logit_bias ~ 'logit_bias':{'5':-100} ~ 'logit_bias':{'x':1}",
                "/v1/messages ~ temperature ~ 'temperature':0.5 ~ 'temperature':2",
                "/v1/messages ~ top_p ~ 'top_p':0.9 ~ 'top_p':2",
                "/v1/messages ~ top_k ~ 'top_k':5 ~ 'top_k':-3",
                "/v1/messages ~ max_tokens ~ 'max_tokens':2 ~ 'max_tokens':0",
                "/v1/messages ~ stop_sequences ~ 'stop_sequences':['x'] ~ 'stop_sequences':[1]",
                "/v1/messages ~ system ~ 'system':'Be brief.' ~ 'system':5",
                "/v1/messages ~ tools ~ 'tools':[{'name':'f','input_schema':{'type':'object'}}] ~ 'tools':[{'name':'f'}]",
                "/v1/messages ~ tool_choice ~ 'tool_choice':{'type':'none'} ~ 'tool_choice':{'type':'any'}",
                "/v1/messages ~ thinking ~ 'thinking':{'type':'adaptive'} ~ 'thinking':{'type':'deep'}",
                "/v1/messages ~ metadata ~ 'metadata':{'user_id':'u'} ~ 'metadata':5",
                "/v1/messages ~ stream ~ 'stream':true ~ 'stream':'x'",
                "/v1/messages ~ output_config ~ 'output_config':{'format':{'type':'json_schema','schema':{'type':'null'}}} ~ 'output_config':{'format':{'type':'json_schema','schema':{'not':{}}}}",
            })
    void isHonouredOrRefusedWhereItIsWrong(String path, String name, String good, String bad) {
        HttpResponse<String> honoured = ask(path, good);
        assertThat(honoured.statusCode()).as(honoured.body()).isEqualTo(200);
        assertThat(honoured.headers().allValues("Warning")).noneMatch(warning -> warning.contains(name));
        assertThatItNames(path, ask(path, bad), name);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "/v1/chat/completions ~ functions ~ []",
                "/v1/chat/completions ~ function_call ~ 'auto'",
                "/v1/chat/completions ~ audio ~ {}",
                "/v1/chat/completions ~ web_search_options ~ {}",
                "/v1/chat/completions ~ modalities ~ ['text','audio']",
                "/v1/chat/completions ~ verbosity ~ 'high'",
                "/v1/completions ~ suffix ~ 'x'",
                "/v1/messages ~ container ~ 'x'",
                "/v1/messages ~ mcp_servers ~ [{}]",
                "/v1/messages ~ context_management ~ {}",
            })
    void isRefusedByName(String path, String name, String value) {
        assertThatItNames(path, ask(path, "'" + name + "':" + value), name);
    }

    private static void assertThatItNames(String path, HttpResponse<String> refused, String name) {
        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(400);
        JsonObject error = ApiClient.json(refused.body()).getJsonObject("error");
        assertThat(error.getString(path.equals(MESSAGES) ? "message" : "param")).contains(name);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "/v1/chat/completions ~ 'nonsense':1 ~ nonsense",
                "/v1/completions ~ 'nonsense':1 ~ nonsense",
                "/v1/messages ~ 'nonsense':1 ~ nonsense",
                "/v1/responses ~ 'nonsense':1 ~ nonsense",
                "/v1/messages ~ 'thinking':{'type':'enabled','budget_tokens':1024} ~ thinking.budget_tokens",
            })
    void whatHasNoEffectIsTold(String path, String field, String name) {
        HttpResponse<String> answer = ask(path, field);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Warning").orElseThrow()).contains(name);
    }

    /** The form makes the answer long enough to be ended in its middle. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "/v1/messages ~ 'max_tokens':3500,'output_config':{'format':{'type':'json_schema','schema':SCHEMA}} ~ error ~ request_id",
                "/v1/responses ~ 'max_output_tokens':3500,'text':{'format':{'type':'json_schema','name':'n','schema':SCHEMA}} ~ response.failed ~ request_cancelled",
            })
    void whatFailsAfterTheFirstByteIsAnEventOfTheProtocol(String path, String fields, String event, String told) {
        String schema = "{'type':'array','items':{'type':'boolean'},'minItems':1500}";
        String input = path.equals(RESPONSES) ? "'input':'Hi'" : "'messages':[{'role':'user','content':'Hi'}]";
        String body = ("{'model':'mlx-manager/starter-qwen3-4m-4bit','stream':true," + input + ","
                        + fields.replace("SCHEMA", schema) + "}")
                .replace('\'', '"');
        List<String> rest;
        try (Stream<String> lines = client.lines(path, body).body()) {
            var each = lines.filter(line -> !line.isBlank()).iterator();
            String first = each.next();
            while (!first.startsWith("data: ")) {
                first = each.next();
            }
            JsonObject opened = ApiClient.json(first.substring(6));
            String id = opened.getJsonObject(path.equals(RESPONSES) ? "response" : "message")
                    .getString("id");
            assertThat(client.post("/v1/requests/" + id + "/cancel", "").statusCode())
                    .isEqualTo(200);
            Stream.Builder<String> read = Stream.builder();
            each.forEachRemaining(read);
            rest = read.build().toList();
        }
        assertThat(rest.get(rest.size() - 2)).isEqualTo("event: " + event);
        assertThat(rest.get(rest.size() - 1)).startsWith("data: ").contains(told);
    }
}
