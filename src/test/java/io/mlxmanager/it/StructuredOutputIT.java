package io.mlxmanager.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.StructuredChatCompletion;
import com.openai.models.chat.completions.StructuredChatCompletionCreateParams;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.StringReader;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Answers kept to a form, as clients ask for them. The starter model knows little; that the form holds is not its merit. */
class StructuredOutputIT {

    private static final String MODEL = "mlx-manager/starter-qwen3-4m-4bit";

    /** What a client wants to have. */
    public record Person(String name, int age, List<Colour> favourites) {}

    /** Part of it. */
    public enum Colour {
        RED,
        GREEN,
        BLUE
    }

    private final ApiClient api = ApiClient.of(RunningServer.shared(), "ada@example.com");

    private final OpenAIClient client = OpenAIOkHttpClient.builder()
            .baseUrl(RunningServer.shared().baseUrl() + "/v1")
            .apiKey(api.token())
            .maxRetries(0)
            .build();

    private static String ask(String fields) {
        return ("{'model':'" + MODEL + "','messages':[{'role':'user','content':'Tell me about Ada.'}],'max_tokens':400,"
                        + fields + "}")
                .replace('\'', '"');
    }

    private JsonObject answer(String fields) {
        HttpResponse<String> response = api.post("/v1/chat/completions", ask(fields));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return json(response.body()).getJsonArray("choices").getJsonObject(0);
    }

    private static String text(JsonObject choice) {
        return choice.getJsonObject("message").getString("content");
    }

    private static JsonObject json(String text) {
        return Json.createReader(new StringReader(text)).readObject();
    }

    @Test
    void theOfficialClientGetsARecord() {
        StructuredChatCompletionCreateParams<Person> params = ChatCompletionCreateParams.builder()
                .model(MODEL)
                .addUserMessage("Who is Ada?")
                .temperature(0)
                .maxCompletionTokens(600)
                .responseFormat(Person.class)
                .build();
        StructuredChatCompletion<Person> answer = client.chat().completions().create(params);
        Person person = answer.choices().get(0).message().content().orElseThrow();
        assertThat(person.name()).isNotNull();
        assertThat(person.favourites()).doesNotContainNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "'guided_regex':'[A-F]{3}-[0-9]{2}','temperature':1.5 ~ [A-F]{3}-[0-9]{2}",
                "'guided_choice':['yes','no','maybe'] ~ yes|no|maybe",
                "'guided_choice':['only this'] ~ only this",
                "'guided_grammar':'root ::= [0-9] op [0-9]{2}\\nop ::= [+] | [ ] [-] [ ]' ~ [0-9](\\+| - )[0-9]{2}",
                "'guided_json':{'type':'array','items':{'type':'boolean'},'minItems':2,'maxItems':2} ~ (?s)\\[.*(tru|fals)e\\s*\\]",
            })
    void aGuidedAnswerMatches(String fields, String pattern) {
        assertThat(text(answer(fields))).matches(pattern);
    }

    @Test
    void aJsonObjectIsOne() {
        for (int seed = 0; seed < 5; seed++) {
            JsonObject choice = answer("'response_format':{'type':'json_object'},'temperature':1,'seed':" + seed);
            if (choice.getString("finish_reason").equals("stop")) {
                assertThat(json(text(choice))).isNotNull();
            } else {
                assertThat(choice.getString("finish_reason")).isEqualTo("length");
                assertThat(text(choice)).startsWith("{");
            }
        }
    }

    private static final String SCHEMA =
            "'response_format':{'type':'json_schema','json_schema':{'name':'x','strict':true,"
                    + "'schema':{'type':'object','properties':{'colour':{'enum':['red','green']},'n':{'type':'integer',"
                    + "'minimum':1,'maximum':99}},'required':['colour','n'],'additionalProperties':false}}}";

    @Test
    void aStreamAddsUpToTheWhole() {
        String whole = text(answer(SCHEMA + ",'temperature':0.8,'seed':7"));
        assertThat(json(whole).getInt("n")).isBetween(1, 99);
        HttpResponse<String> response =
                api.post("/v1/chat/completions", ask(SCHEMA + ",'temperature':0.8,'seed':7,'stream':true"));
        String streamed = response.body()
                .lines()
                .filter(line -> line.startsWith("data: {"))
                .flatMap(line -> json(line.substring(6)).getJsonArray("choices").stream())
                .map(choice -> choice.asJsonObject().getJsonObject("delta").getString("content", ""))
                .collect(Collectors.joining());
        assertThat(streamed).isEqualTo(whole);
    }

    @Test
    void eachOfABatchKeepsToItsOwnForm() {
        List<CompletableFuture<String>> answers = new ArrayList<>();
        List<String> forms = List.of("[a-c]{200}", "[0-9]{200}", "(xy){100}", "[A-Z]{150}");
        for (String form : forms) {
            answers.add(
                    CompletableFuture.supplyAsync(() -> text(answer("'temperature':1,'guided_regex':'" + form + "'"))));
        }
        for (int i = 0; i < forms.size(); i++) {
            assertThat(answers.get(i).join()).matches("(?s)" + forms.get(i));
        }
    }

    @Test
    void whatIsCutOffSaysSo() {
        JsonObject choice = answer("'guided_regex':'[a-z]{5000}'");
        assertThat(choice.getString("finish_reason")).isEqualTo("length");
        assertThat(text(choice)).matches("[a-z]{1,4999}");
    }

    @Test
    void aKeywordThatIsNotKeptToIsNamed() {
        HttpResponse<String> response = api.post(
                "/v1/chat/completions",
                ask("'response_format':{'type':'json_schema','json_schema':{'name':'x','schema':{'type':'object',"
                        + "'properties':{'a':{'type':'array','contains':{'type':'null'}}}}}}"));
        assertThat(response.statusCode()).isEqualTo(400);
        JsonObject error = json(response.body()).getJsonObject("error");
        assertThat(error.getString("param")).isEqualTo("response_format.json_schema.schema.properties.a.contains");
        assertThat(error.getString("message")).contains("contains");
    }

    private static final String TOOLS = "'tools':[{'type':'function','function':{'name':'weather','strict':true,"
            + "'parameters':{'type':'object','properties':{'city':{'type':'string','maxLength':12},"
            + "'days':{'type':'integer','minimum':1,'maximum':5}},'required':['city','days'],"
            + "'additionalProperties':false}}},{'type':'function','function':{'name':'now'}}]";

    @Test
    void aDemandedCallAlwaysComes() {
        for (int seed = 0; seed < 5; seed++) {
            JsonObject choice = answer(TOOLS + ",'tool_choice':'required','temperature':1.5,'seed':" + seed);
            assertThat(choice.getString("finish_reason")).isIn("tool_calls", "length");
            List<JsonObject> calls =
                    choice.getJsonObject("message").getJsonArray("tool_calls").getValuesAs(JsonObject.class);
            assertThat(calls).isNotEmpty();
            JsonObject function = calls.get(0).getJsonObject("function");
            JsonObject arguments = json(function.getString("arguments"));
            if (function.getString("name").equals("weather")) {
                assertThat(arguments.getInt("days")).isBetween(1, 5);
                assertThat(arguments
                                .getString("city")
                                .codePointCount(0, arguments.getString("city").length()))
                        .isLessThanOrEqualTo(12);
            } else {
                assertThat(function.getString("name")).isEqualTo("now");
                assertThat(arguments).isEmpty();
            }
        }
    }

    @Test
    void aNamedToolIsTheOneThatIsCalled() {
        String named = ",'tool_choice':{'type':'function','function':{'name':'now'}}";
        JsonObject choice = answer(TOOLS + named);
        assertThat(choice.getJsonObject("message").getJsonArray("tool_calls").getValuesAs(JsonObject.class))
                .singleElement()
                .satisfies(call -> assertThat(call.getJsonObject("function").getString("name"))
                        .isEqualTo("now"));
    }

    @Test
    void theOtherProtocolDemandsCallsAndSchemasToo() {
        String question = "'model':'" + MODEL + "','max_tokens':300,'messages':[{'role':'user','content':'Hi'}]";
        String tools = "'tools':[{'name':'now','input_schema':{'type':'object','properties':{'zone':{'enum':['UTC']}},"
                + "'required':['zone']}}]";
        JsonObject called = message("{" + question + "," + tools + ",'tool_choice':{'type':'any'}}");
        assertThat(called.getString("stop_reason")).isIn("tool_use", "max_tokens");
        JsonObject use = called.getJsonArray("content").getJsonObject(0);
        assertThat(use.getString("type")).isEqualTo("tool_use");
        assertThat(use.getJsonObject("input").getString("zone")).isEqualTo("UTC");

        JsonObject formed = message("{" + question + ",'output_config':{'format':{'type':'json_schema','schema':"
                + "{'type':'object','properties':{'ok':{'type':'boolean'}},'required':['ok']}}}}");
        String text = formed.getJsonArray("content").getJsonObject(0).getString("text");
        assertThat(json(text).keySet()).containsExactly("ok");
    }

    private JsonObject message(String body) {
        HttpResponse<String> response = api.post("/v1/messages", body.replace('\'', '"'));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return json(response.body());
    }

    @Test
    void manyKeywordsBesideAStreamAreRefusedBeforeItBegins() {
        HttpResponse<String> response = api.post("/v1/chat/completions", ask("'stream':true,'guided_regex':'a(?!b)'"));
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(json(response.body()).getJsonObject("error").getString("param"))
                .isEqualTo("guided_regex");
    }
}
