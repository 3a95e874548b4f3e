package io.mlxmanager.chat.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mlxmanager.chat.ChatRequest;
import io.mlxmanager.chat.ChatResult;
import io.mlxmanager.chat.FinishReason;
import io.mlxmanager.chat.Message;
import io.mlxmanager.chat.StreamEvent;
import io.mlxmanager.chat.Tool;
import io.mlxmanager.chat.ToolChoice;
import io.mlxmanager.chat.Usage;
import io.mlxmanager.chat.constraint.Form;
import io.mlxmanager.chat.constraint.Grammar;
import io.mlxmanager.chat.constraint.GrammarException;
import io.mlxmanager.chat.parse.AnswerParser;
import io.mlxmanager.chat.template.TemplateFiles;
import io.mlxmanager.chat.template.TemplateOption;
import io.mlxmanager.protocol.openai.ChatCompletionReader;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChatFormatTest {

    private static final Clock CLOCK = Clock.systemUTC();

    @Test
    void makesThePromptsOfTheStarterModel() throws Exception {
        ChatFormat format = ChatFormat.read(starter()).orElseThrow();
        JsonObject prompts = json(starter().resolve("prompts.json")).asJsonObject();

        for (JsonValue value : json(starter().resolve("expected.json")).asJsonArray()) {
            JsonObject example = value.asJsonObject();
            ChatRequest request = request(example);
            assertThat(format.prompt(request, CLOCK))
                    .as(example.getString("name"))
                    .isEqualTo(prompts.getString(example.getString("name")));
        }
    }

    @Test
    void parsesTheAnswersOfTheStarterModel() throws Exception {
        ChatFormat format = ChatFormat.read(starter()).orElseThrow();

        for (JsonValue value : json(starter().resolve("expected.json")).asJsonArray()) {
            JsonObject example = value.asJsonObject();
            ChatRequest request = request(example);
            String text = example.getJsonObject("expected").getString("text");
            ChatResult result = parse(format.parser(request, format.prompt(request, CLOCK)), text);

            assertThat(result.content()).as(text).doesNotContain("<think>").doesNotContain("<tool_call>");
            assertThat(result.toolCalls()).as(text).hasSize(text.contains("<tool_call>") ? 1 : 0);
            assertThat(result.reasoning().isEmpty()).as(text).isEqualTo(!text.contains("<think>"));
            assertThat(text).contains(result.content()).contains(result.reasoning());
        }
    }

    @Test
    void knowsWhatTheStarterModelCanDo() throws Exception {
        ChatFormat format = ChatFormat.read(starter()).orElseThrow();

        assertThat(format.options())
                .containsExactly(new TemplateOption("enable_thinking", Optional.of(JsonValue.TRUE)));
        assertThat(format.toolSyntax()).isEqualTo(ToolSyntax.HERMES);
        assertThat(format.thinks()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "<tool_call>{name, arguments}</tool_call>;HERMES",
                "<tool_call>\\n<function=name>\\n<parameter=a>arguments;FUNCTION_TAGS",
                "<tool_call>name\\n<arg_key>arguments</arg_key>;ARGUMENT_TAGS",
                "<function=name>{arguments}</function>;FUNCTION_OBJECT",
                "<|tool_call_start|>[f(x=1)];PYTHON_LIST",
                "plain;NONE",
            })
    void recognisesToolSyntaxByTheTemplate(String template, ToolSyntax syntax) {
        assertThat(ToolSyntax.of(template)).isEqualTo(syntax);
    }

    @Test
    void leavesTagsThatTheTemplateDoesNotKnowInTheAnswer() {
        ChatFormat format = format("{{ messages[0].content }}");
        ChatRequest request = ChatRequest.of("m", List.of(Message.user("Hi")));

        ChatResult result = parse(format.parser(request, "Hi"), "<think>a</think>b<tool_call>{\"name\":\"f\"}");

        assertThat(result.content()).isEqualTo("<think>a</think>b<tool_call>{\"name\":\"f\"}");
    }

    @Test
    void beginsInsideThinkingWhenThePromptOpensIt() {
        ChatFormat format = format("{{ messages[0].content }}<think>\n{# </think> #}");
        ChatRequest request = ChatRequest.of("m", List.of(Message.user("Hi")));

        AnswerParser parser = format.parser(request, format.prompt(request, CLOCK));

        assertThat(parser.isThinking()).isTrue();
        assertThat(parse(parser, "hm</think>\n\nyes").reasoning()).isEqualTo("hm");
    }

    @Test
    void goesOnWithAnAnswerThatTheCallerHasBegun() throws Exception {
        ChatFormat format = ChatFormat.read(starter()).orElseThrow();
        ChatRequest asked = ChatRequest.of("m", List.of(Message.user("What can you do?")));
        ChatRequest begun =
                asked.withMessages(List.of(Message.user("What can you do?"), Message.assistant("I can answer")));

        assertThat(format.prompt(begun, CLOCK)).isEqualTo(format.prompt(asked, CLOCK) + "I can answer");
        assertThat(parse(format.parser(begun, format.prompt(begun, CLOCK)), " questions.")
                        .content())
                .isEqualTo(" questions.");
    }

    @Test
    void anAnswerThatIsBegunIsNoThought() {
        ChatFormat format = format("{{ messages[0].content }}<think>\n{# </think> #}");
        ChatRequest begun = ChatRequest.of("m", List.of(Message.user("Hi"), Message.assistant("Hello")));

        String prompt = format.prompt(begun, CLOCK);

        assertThat(prompt).startsWith("Hi<think>").endsWith("</think>\n\nHello");
        assertThat(format.parser(begun, prompt).isThinking()).isFalse();
    }

    @Test
    void anAnswerOfGptOssThatIsBegunIsForTheReader() {
        ChatFormat format = format("{{ messages[0].content }}<|start|>assistant"
                + "{# tools <|channel|>commentary to=functions.f<|message|> #}");
        ChatRequest begun = ChatRequest.of("m", List.of(Message.user("Hi"), Message.assistant("Hello")));

        String prompt = format.prompt(begun, CLOCK);

        assertThat(format.toolSyntax()).isEqualTo(ToolSyntax.HARMONY);
        assertThat(prompt).endsWith("<|start|>assistant<|channel|>final<|message|>Hello");
        assertThat(parse(format.parser(begun, prompt), " there").content()).endsWith(" there");
    }

    @Test
    void anAnswerThatIsBegunIsKeptToNoForm() {
        ChatFormat format = format("{{ messages[0].content }}");
        ChatRequest begun = ChatRequest.of("m", List.of(Message.user("Hi"), Message.assistant("{")))
                .withForm(Grammar.of(Form.text("{}")));

        assertThatThrownBy(() -> format.constraint(begun, "Hi{"))
                .isInstanceOf(GrammarException.class)
                .hasMessageContaining("begun");
    }

    @Test
    void looksForToolCallsOnlyWhenToolsAreOffered() {
        ChatFormat format = format("<tool_call>arguments");
        Tool tool = Tool.fromDeclaration(Json.createObjectBuilder()
                .add("type", "function")
                .add("function", Json.createObjectBuilder().add("name", "f"))
                .build());
        ChatRequest plain = ChatRequest.of("m", List.of(Message.user("Hi")));
        ChatRequest offered = plain.withTools(List.of(tool), new ToolChoice.Auto());
        ChatRequest forbidden = plain.withTools(List.of(tool), new ToolChoice.None());
        String text = "<tool_call>{\"name\":\"f\"}</tool_call>";

        assertThat(parse(format.parser(plain, ""), text).content()).isEqualTo(text);
        assertThat(parse(format.parser(offered, ""), text).toolCalls()).hasSize(1);
        assertThat(parse(format.parser(forbidden, ""), text).content()).isEqualTo(text);
    }

    private static ChatFormat format(String template) {
        return ChatFormat.of(new TemplateFiles(Map.of("default", template), Map.of()))
                .orElseThrow();
    }

    private static ChatRequest request(JsonObject example) {
        var body = Json.createObjectBuilder().add("model", "m").add("messages", example.get("messages"));
        if (example.get("tools") != JsonValue.NULL) {
            body.add("tools", example.get("tools"));
        }
        if (!example.getBoolean("thinking", true)) {
            body.add("reasoning_effort", "none");
        }
        return new ChatCompletionReader().read(body.build()).chat();
    }

    private static ChatResult parse(AnswerParser parser, String text) {
        ChatResult.Collector collector = new ChatResult.Collector();
        parser.accept(text).forEach(collector::accept);
        parser.finish().forEach(collector::accept);
        collector.accept(new StreamEvent.Finished(FinishReason.STOP, Usage.NONE));
        return collector.result();
    }

    private static Path starter() throws URISyntaxException {
        return Path.of(Objects.requireNonNull(ChatFormatTest.class.getResource("/golden/template/starter"))
                .toURI());
    }

    private static JsonValue json(Path file) throws IOException {
        try (JsonReader reader = Json.createReader(Files.newBufferedReader(file))) {
            return reader.readValue();
        }
    }
}
