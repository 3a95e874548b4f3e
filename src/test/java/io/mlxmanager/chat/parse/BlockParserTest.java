package io.mlxmanager.chat.parse;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlxmanager.chat.ChatResult;
import io.mlxmanager.chat.StreamEvent;
import io.mlxmanager.chat.Tool;
import io.mlxmanager.chat.ToolCall;
import jakarta.json.Json;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BlockParserTest {

    private enum Format {
        FUNCTION_TAGS,
        ARGUMENT_TAGS,
        FUNCTION_OBJECT;

        StreamParser parser() {
            int[] count = new int[1];
            return switch (this) {
                case FUNCTION_TAGS ->
                    new BlockParser(
                            "<tool_call>", "</tool_call>", CallBlocks.functionTags(TOOLS), () -> "call_" + count[0]++);
                case ARGUMENT_TAGS ->
                    new BlockParser(
                            "<tool_call>", "</tool_call>", CallBlocks.argumentTags(TOOLS), () -> "call_" + count[0]++);
                case FUNCTION_OBJECT ->
                    new BlockParser(
                            "<function=", "</function>", CallBlocks.nameAndObject(), () -> "call_" + count[0]++);
            };
        }
    }

    private record Case(Format format, String text, String content, List<ToolCall> calls) {}

    private static final List<Tool> TOOLS = List.of(
            Tool.fromDeclaration(Json.createReader(new StringReader("""
                    {"type": "function", "function": {"name": "f", "parameters": {"type": "object", "properties": {
                      "zip": {"type": "string"}, "n": {"type": "integer"}, "on": {"type": "boolean"},
                      "o": {"type": "object"}}}}}
                    """)).readObject()));

    private static Case is(Format format, String text, String content, String... namesAndArguments) {
        List<ToolCall> calls = new ArrayList<>();
        for (int i = 0; i < namesAndArguments.length; i += 2) {
            calls.add(new ToolCall("call_" + i / 2, namesAndArguments[i], namesAndArguments[i + 1]));
        }
        return new Case(format, text, content, calls);
    }

    private static Case tags(String text, String content, String... namesAndArguments) {
        return is(Format.FUNCTION_TAGS, text, content, namesAndArguments);
    }

    private static Case glm(String text, String content, String... namesAndArguments) {
        return is(Format.ARGUMENT_TAGS, text, content, namesAndArguments);
    }

    private static Case llama(String text, String content, String... namesAndArguments) {
        return is(Format.FUNCTION_OBJECT, text, content, namesAndArguments);
    }

    static Stream<Case> cases() {
        return Stream.of(
                tags("no call at all\n", "no call at all\n"),
                tags(
                        "<tool_call>\n<function=f>\n<parameter=zip>\n75001\n</parameter>\n</function>\n</tool_call>",
                        "",
                        "f",
                        "{\"zip\":\"75001\"}"),
                tags(
                        "<tool_call><function=f><parameter=n>3</parameter><parameter=on>True</parameter>"
                                + "<parameter=o>{\"a\": [\"}\\\"\"]}</parameter></function></tool_call>",
                        "",
                        "f",
                        "{\"n\":3,\"on\":true,\"o\":{\"a\":[\"}\\\"\"]}}"),
                tags(
                        "<tool_call><function=f><parameter=n>many</parameter></function></tool_call>",
                        "",
                        "f",
                        "{\"n\":\"many\"}"),
                tags(
                        "<tool_call><function=f><parameter=o>[True, \"Paris\"]</parameter></function></tool_call>",
                        "",
                        "f",
                        "{\"o\":\"[True, \\\"Paris\\\"]\"}"),
                tags(
                        "<tool_call><function=a.b-c><parameter=x>\n  <b>1</b>\n\n</parameter></function></tool_call>",
                        "",
                        "a.b-c",
                        "{\"x\":\"  <b>1</b>\\n\"}"),
                tags("<tool_call><function=f></function><function=g></function>", "", "f", "{}", "g", "{}"),
                tags(
                        "First.\n<tool_call><function=f></function></tool_call>\n<tool_call><function=g></function>"
                                + "</tool_call>\n Done.\n",
                        "First.Done.\n",
                        "f",
                        "{}",
                        "g",
                        "{}"),
                tags("a <tool_call></tool_call> b", "a <tool_call></tool_call> b"),
                tags("<tool_call><function=f><parameter=x>1", "<tool_call><function=f><parameter=x>1"),
                tags("<tool_call><function=f", "<tool_call><function=f"),
                tags("<tool_call> <tool_call><function=f></function></tool_call>", "<tool_call>", "f", "{}"),
                tags("x <tool_c", "x <tool_c"),
                glm("<tool_call>f</tool_call>", "", "f", "{}"),
                glm(
                        "Hm\n<tool_call>f\n<arg_key>zip</arg_key>\n<arg_value>1</arg_value>\n<arg_key>n</arg_key>"
                                + "\n<arg_value>-2</arg_value>\n</tool_call>",
                        "Hm",
                        "f",
                        "{\"zip\":\"1\",\"n\":-2}"),
                glm(
                        "<tool_call>g<arg_key>a</arg_key><arg_value> say \"hi\" </arg_value>",
                        "",
                        "g",
                        "{\"a\":\" say \\\"hi\\\" \"}"),
                glm("<tool_call>two words</tool_call>", "<tool_call>two words</tool_call>"),
                glm("<tool_call>f<arg_key>a</arg_key></tool_call>", "<tool_call>f<arg_key>a</arg_key></tool_call>"),
                llama("<function=f>{\"e\": \"2 + 2\"}</function>", "", "f", "{\"e\": \"2 + 2\"}"),
                llama("So: <function=a.b-c></function> ok", "So:ok", "a.b-c", "{}"),
                llama(
                        "<function=f>{}</function>\n<function=g>{\"a\":{\"b\":\"\\\"\"}}</function>",
                        "",
                        "f",
                        "{}",
                        "g",
                        "{\"a\":{\"b\":\"\\\"\"}}"),
                llama("<function=f>{\"a\": 1} {}</function>", "<function=f>{\"a\": 1} {}</function>"),
                llama("<function=f>[1]</function>", "<function=f>[1]</function>"),
                llama("<function=f>{\"a\": ", "<function=f>{\"a\": "));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void findsCallsHoweverTheTextIsCut(Case example) {
        ChatResult result = Cuts.everyWay(example.format()::parser, example.text());

        assertThat(result.content()).isEqualTo(example.content());
        assertThat(result.toolCalls()).isEqualTo(example.calls());
    }

    @Test
    void letsTextBeforeABlockThroughAtOnceAndTheCallWhenItCloses() {
        StreamParser parser = Format.FUNCTION_TAGS.parser();

        assertThat(parser.accept("Hm.\n<tool_ca")).containsExactly(new StreamEvent.Content("Hm."));
        assertThat(parser.accept("ll><function=f></function></tool_cal")).isEmpty();
        assertThat(parser.accept("l>"))
                .containsExactly(
                        new StreamEvent.ToolCallStarted(0, "call_0", "f"), new StreamEvent.ToolCallArguments(0, "{}"));
    }

    @Test
    void losesNothingOfTextsMadeOfFragmentsOfTheFormats() {
        String[] fragments = {
            "<tool_call>", "</tool_call>", "<function=", "f", ">", "</function>", "<parameter=", "</parameter>",
            "<arg_key>", "</arg_key>", "<arg_value>", "</arg_value>", "{\"a\":\"text\"}", "text", "\n", "<"
        };
        long seed = 4711;
        Random random = new Random(seed);
        for (int round = 0; round < 300; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(10); i >= 0; i--) {
                text.append(fragments[random.nextInt(fragments.length)]);
            }
            Format format = Format.values()[round % Format.values().length];
            ChatResult result = Cuts.everyWay(format::parser, text.toString());
            int words = text.toString().split("text", -1).length;
            assertThat((result.content() + result.toolCalls()).split("text", -1))
                    .as("seed %d, %s, text <%s>", seed, format, text)
                    .hasSize(words);
        }
    }
}
