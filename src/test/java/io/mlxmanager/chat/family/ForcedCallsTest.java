package io.mlxmanager.chat.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.harrel.jsonschema.Validator;
import dev.harrel.jsonschema.ValidatorFactory;
import dev.harrel.jsonschema.providers.JakartaJsonNode;
import io.mlxmanager.chat.ChatRequest;
import io.mlxmanager.chat.ChatResult;
import io.mlxmanager.chat.FinishReason;
import io.mlxmanager.chat.Message;
import io.mlxmanager.chat.StreamEvent;
import io.mlxmanager.chat.Tool;
import io.mlxmanager.chat.ToolCall;
import io.mlxmanager.chat.ToolChoice;
import io.mlxmanager.chat.Usage;
import io.mlxmanager.chat.constraint.CompiledGrammar;
import io.mlxmanager.chat.constraint.Grammar;
import io.mlxmanager.chat.constraint.GrammarException;
import io.mlxmanager.chat.constraint.RandomWriter;
import io.mlxmanager.chat.constraint.RegexReader;
import io.mlxmanager.chat.constraint.Vocabularies;
import io.mlxmanager.chat.parse.HarmonyParser;
import io.mlxmanager.chat.parse.StreamParser;
import io.mlxmanager.chat.parse.ToolCallParser;
import io.mlxmanager.chat.template.TemplateFiles;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.StringReader;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ForcedCallsTest {

    private static final Tool WEATHER = tool(
            "{'name':'get_weather','strict':true,'parameters':{'type':'object','properties':{'city':{'type':'string'},"
                    + "'days':{'type':'integer','minimum':1,'maximum':9},'units':{'type':'string','enum':['c','f']},"
                    + "'places':{'type':'array','items':{'type':'string'},'maxItems':2}},'required':['city','days']}}");
    private static final Tool PLAIN = tool("{'name':'now'}");

    private static Tool tool(String function) {
        return Tool.fromDeclaration(json("{'type':'function','function':" + function + "}"));
    }

    private static JsonObject json(String text) {
        return Json.createReader(new StringReader(text.replace('\'', '"'))).readObject();
    }

    private static ChatFormat format(String template) {
        return ChatFormat.of(new TemplateFiles(Map.of("default", template), Map.of()))
                .orElseThrow();
    }

    @ParameterizedTest
    @EnumSource
    void whateverIsWrittenIsACall(ToolSyntax syntax) {
        List<Tool> tools = List.of(WEATHER, PLAIN);
        if (syntax == ToolSyntax.NONE) {
            assertThatThrownBy(() -> ForcedCalls.of(syntax, tools, true))
                    .isInstanceOf(GrammarException.class)
                    .hasMessageContaining(syntax.name());
            return;
        }
        for (List<Tool> offered : List.of(tools, List.of(WEATHER))) {
            CompiledGrammar grammar = CompiledGrammar.of(ForcedCalls.of(syntax, offered, true), Vocabularies.small());
            for (int seed = 0; seed < 40; seed++) {
                String text = new RandomWriter(seed, Vocabularies.small()).write(grammar);
                ChatResult result = parsed(syntax, offered, text);
                assertThat(result.toolCalls()).as(text).isNotEmpty();
                assertThat(result.content()).as(text).isEmpty();
                result.toolCalls().forEach(call -> isMeant(call, text));
            }
        }
    }

    private static ChatResult parsed(ToolSyntax syntax, List<Tool> tools, String text) {
        Supplier<String> ids = () -> "id";
        StreamParser parser = syntax == ToolSyntax.HARMONY
                ? new HarmonyParser("<|start|>assistant", tools, ids)
                : new ToolCallParser(syntax.forms(), tools, ids);
        ChatResult.Collector collector = new ChatResult.Collector();
        parser.accept(text).forEach(collector::accept);
        parser.finish().forEach(collector::accept);
        collector.accept(new StreamEvent.Finished(FinishReason.STOP, Usage.NONE));
        return collector.result();
    }

    private static void isMeant(ToolCall call, String text) {
        JsonObject arguments =
                Json.createReader(new StringReader(call.arguments())).readObject();
        assertThat(arguments.keySet()).as(text).isSubsetOf("city", "days", "units", "places");
        if (call.name().equals("now")) {
            assertThat(arguments).isEmpty();
        } else {
            assertThat(call.name()).isEqualTo("get_weather");
            assertThat(arguments.getString("city")).isNotNull();
            assertThat(arguments.getInt("days")).isBetween(1, 9);
            assertThat(arguments.getString("units", "c")).isIn("c", "f");
        }
    }

    /** Values of every kind come back as they were meant, whatever the syntax makes of them in between. */
    @ParameterizedTest
    @EnumSource(
            value = ToolSyntax.class,
            names = {"PYTHON_LIST", "FUNCTION_GEMMA", "GEMMA_4"})
    void valuesThatAreNotWrittenAsJsonAreReadAsMeant(ToolSyntax syntax) {
        String parameters = "{'type':'object','properties':{'plain':{'type':'string'},"
                + "'kind':{'enum':['a/b','c\\\"d','e\\n',true,null,-1.5]},"
                + "'deep':{'type':'object','properties':{'with space':{'$ref':'#/$defs/on'},'in':{'type':'array',"
                + "'items':{'type':['boolean','null','number']}}},'required':['with space'],"
                + "'additionalProperties':{'type':'string'}},'any':{'type':'object'}},"
                + "'required':['deep','kind'],'$defs':{'on':{'anyOf':[{'type':'boolean'},{'type':'string'}]}}}";
        Tool tool = tool("{'name':'f','strict':true,'parameters':" + parameters + "}");
        Validator validator = new ValidatorFactory()
                .withJsonNodeFactory(new JakartaJsonNode.Factory())
                .createValidator();
        URI schema = validator.registerSchema(json(parameters).toString());
        CompiledGrammar grammar = CompiledGrammar.of(ForcedCalls.of(syntax, List.of(tool), true), Vocabularies.small());
        for (int seed = 0; seed < 150; seed++) {
            String text = new RandomWriter(seed, Vocabularies.small()).write(grammar);
            ChatResult result = parsed(syntax, List.of(tool), text);
            assertThat(result.toolCalls()).as(text).isNotEmpty();
            assertThat(result.content()).as(text).isEmpty();
            for (ToolCall call : result.toolCalls()) {
                assertThat(validator.validate(schema, call.arguments()).isValid())
                        .as(text + " -> " + call.arguments())
                        .isTrue();
            }
        }
    }

    @Test
    void aNameThatPythonCannotWriteIsRefused() {
        Tool odd = tool("{'name':'f','parameters':{'type':'object','properties':{'a b':{'type':'integer'}}}}");
        assertThatThrownBy(() -> ForcedCalls.of(ToolSyntax.PYTHON_LIST, List.of(odd), true))
                .isInstanceOfSatisfying(
                        GrammarException.class,
                        e -> assertThat(e.path()).isEqualTo("tools[f].function.parameters.properties.a b"));
        assertThat(ForcedCalls.of(ToolSyntax.GEMMA_4, List.of(odd), true)).isNotNull();
    }

    @Test
    void aNamedToolIsCalledOnce() {
        ChatFormat format = format("<tool_call>{\"name\": n, \"arguments\": a}</tool_call>");
        ChatRequest request = ChatRequest.of("m", List.of(Message.user("Hi")))
                .withTools(List.of(WEATHER, PLAIN), new ToolChoice.Named("now"));
        CompiledGrammar grammar =
                CompiledGrammar.of(format.constraint(request, "").orElseThrow(), Vocabularies.small());
        assertThat(new RandomWriter(1, Vocabularies.small()).write(grammar))
                .isEqualTo("<tool_call>\n{\"name\": \"now\", \"arguments\": {}}\n</tool_call>");
    }

    /** The calls of a model whose template knows no tools are asked for in words, and come in the syntax of these words. */
    @Test
    void aTemplateWithoutToolsIsNoHindrance() {
        ChatRequest request =
                ChatRequest.of("m", List.of(Message.user("Hi"))).withTools(List.of(PLAIN), new ToolChoice.Required());
        assertThat(writes(
                        format("nothing"),
                        request,
                        "",
                        "<tool_call>\n{\"name\": \"now\", \"arguments\": {}}\n</tool_call>"))
                .isTrue();
    }

    @Test
    void aStrictSchemaThatCannotBeKeptToIsRefusedByName() {
        Tool odd = tool("{'name':'f','strict':true,'parameters':{'type':'object','minProperties':1}}");
        assertThatThrownBy(() -> ForcedCalls.of(ToolSyntax.HERMES, List.of(odd), true))
                .isInstanceOfSatisfying(
                        GrammarException.class,
                        e -> assertThat(e.path()).isEqualTo("tools[f].function.parameters.minProperties"));
        Tool loose = tool("{'name':'f','parameters':{'type':'object','minProperties':1}}");
        assertThat(ForcedCalls.of(ToolSyntax.HERMES, List.of(loose), true)).isNotNull();
    }

    @Test
    void anAnswerOfGptOssIsAMessageOfItsOwn() {
        ChatFormat format = format("<|channel|>commentary<|message|> {{ tools }}");
        assertThat(format.toolSyntax()).isEqualTo(ToolSyntax.HARMONY);
        ChatRequest request =
                ChatRequest.of("m", List.of(Message.user("Hi"))).withForm(Grammar.of(RegexReader.whole("[0-9]{3}")));
        String answer = "<|channel|>final<|message|>123";
        assertThat(writes(format, request, "", answer)).isTrue();
        assertThat(writes(format, request, "", "<|channel|>analysis<|message|>hm<|end|><|start|>assistant" + answer))
                .isTrue();
        assertThat(writes(format, request, "", "123")).isFalse();
    }

    @Test
    void thinkingComesBeforeTheFormWhereThePromptLeavesItOpen() {
        ChatFormat format = format("<think></think>");
        ChatRequest request =
                ChatRequest.of("m", List.of(Message.user("Hi"))).withForm(Grammar.of(RegexReader.whole("[0-9]{3}")));
        assertThat(writes(format, request, "<think>", "hm <b></think>\n\n123")).isTrue();
        assertThat(writes(format, request, "<think>", "hm")).isFalse();
        assertThat(writes(format, request, "<think>\n\n</think>\n\n", "123")).isTrue();
        assertThat(writes(format, request, "<think>\n\n</think>\n\n", "<think></think>123"))
                .isFalse();
        assertThat(writes(format, request, "", "<think>x</think>123")).isTrue();
        assertThat(writes(format, request, "", "123")).isTrue();
    }

    private static boolean writes(ChatFormat format, ChatRequest request, String prompt, String text) {
        return RandomWriter.accepts(
                CompiledGrammar.of(format.constraint(request, prompt).orElseThrow(), Vocabularies.small()), text);
    }
}
