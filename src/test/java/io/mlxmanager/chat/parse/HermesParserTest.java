package io.mlxmanager.chat.parse;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlxmanager.chat.ChatResult;
import io.mlxmanager.chat.StreamEvent;
import io.mlxmanager.chat.ToolCall;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HermesParserTest {

    private record Case(String text, String content, List<ToolCall> calls) {}

    private static StreamParser parser() {
        int[] count = new int[1];
        return new HermesParser(() -> "call_" + count[0]++);
    }

    private static Case is(String text, String content, String... namesAndArguments) {
        List<ToolCall> calls = new ArrayList<>();
        for (int i = 0; i < namesAndArguments.length; i += 2) {
            calls.add(new ToolCall("call_" + i / 2, namesAndArguments[i], namesAndArguments[i + 1]));
        }
        return new Case(text, content, calls);
    }

    static Stream<Case> cases() {
        return Stream.of(
                is("no call at all\n", "no call at all\n"),
                is("", ""),
                is("<tool_call>{\"name\":\"f\",\"arguments\":{}}</tool_call>", "", "f", "{}"),
                is(
                        "<tool_call>\n{\"name\": \"get_weather\", \"arguments\": {\"city\": \"Paris\"}}\n</tool_call>",
                        "",
                        "get_weather",
                        "{\"city\": \"Paris\"}"),
                is(
                        "<tool_call>{\"arguments\": {\"a\": [1, {\"b\": null}]}, \"name\": \"mod.do-it\"}</tool_call>",
                        "",
                        "mod.do-it",
                        "{\"a\": [1, {\"b\": null}]}"),
                is("<tool_call>{\"name\": \"f\"}</tool_call>", "", "f", "{}"),
                is("<tool_call>{\"name\": \"f\", \"arguments\": null}</tool_call>", "", "f", "{}"),
                is("<tool_call>{\"name\": \"f\", \"parameters\": {\"a\":1}}</tool_call>", "", "f", "{\"a\":1}"),
                is(
                        "<tool_call>{\"name\": \"f\", \"arguments\": \"{\\\"a\\\": 1}\"}</tool_call>",
                        "",
                        "f",
                        "{\"a\": 1}"),
                is(
                        "<tool_call>{\"id\": 7, \"name\": \"f\", \"arguments\": {\"x\": -1.5e3}, \"more\": [true]}</tool_call>",
                        "",
                        "f",
                        "{\"x\": -1.5e3}"),
                is("<tool_call>{\"name\": \"f\", \"arguments\": {\"a\": 1}}", "", "f", "{\"a\": 1}"),
                is("<tool_call>{\"name\": \"f\", \"arguments\": {\"a\": 1}}\n", "", "f", "{\"a\": 1}"),
                is(
                        "Let me see. \n<tool_call>{\"name\": \"f\", \"arguments\": {}}</tool_call>\n Done.\n",
                        "Let me see.Done.\n",
                        "f",
                        "{}"),
                is(
                        "<tool_call>{\"name\":\"f\",\"arguments\":{}}</tool_call>\n<tool_call>{\"name\":\"g\",\"arguments\":{\"s\":\"}{\"}}</tool_call>",
                        "",
                        "f",
                        "{}",
                        "g",
                        "{\"s\":\"}{\"}"),
                is(
                        "<tool_call>{\"name\":\"f\",\"arguments\":{}}\n{\"name\":\"g\"}</tool_call>",
                        "",
                        "f",
                        "{}",
                        "g",
                        "{}"),
                is(
                        "<tool_call>{\"name\":\"f\",\"arguments\":{}} <tool_call>{\"name\":\"g\"}",
                        "",
                        "f",
                        "{}",
                        "g",
                        "{}"),
                is(
                        "<tool_call>{\"name\":\"f\",\"arguments\":{\"s\":\"</tool_call> \\\"q\\\" \\u00e9 東\"}}</tool_call>",
                        "",
                        "f",
                        "{\"s\":\"</tool_call> \\\"q\\\" \\u00e9 東\"}"),
                is(
                        "<tool_call>{\"name\":\"f\",\"arguments\":{\"code\":\"a\n\tb\"}}</tool_call>",
                        "",
                        "f",
                        "{\"code\":\"a\\n\\tb\"}"),
                is("The tag <tool_call> opens a call.", "The tag <tool_call> opens a call."),
                is("<tool_call> {not json}</tool_call>", "<tool_call> {not json}</tool_call>"),
                is("<tool_call>{\"name\": 5}</tool_call>", "<tool_call>{\"name\": 5}</tool_call>"),
                is("<tool_call>{\"name\": \"\"}</tool_call>", "<tool_call>{\"name\": \"\"}</tool_call>"),
                is("<tool_call>{\"arguments\": {}}</tool_call>", "<tool_call>{\"arguments\": {}}</tool_call>"),
                is("<tool_call>{\"name\": \"f\", ", "<tool_call>{\"name\": \"f\", "),
                is("x <tool_call>", "x <tool_call>"),
                is("x <tool_c", "x <tool_c"),
                is("a < b", "a < b"),
                is("<tool_call>\n<tool_call>{\"name\":\"f\"}</tool_call>", "<tool_call>", "f", "{}"),
                is("<tool_call>{\"name\":\"f\",\"arguments\":{\"a\": 1", "", "f", "{\"a\": 1"),
                is("<tool_call>{\"name\":\"f\",\"arguments\":{\"a\": True}}", "True}}", "f", "{\"a\": "),
                is("<tool_call>{\"name\":\"f\"}</tool_ca", "</tool_ca", "f", "{}"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void findsCallsHoweverTheTextIsCut(Case example) {
        ChatResult result = Cuts.everyWay(HermesParserTest::parser, example.text());

        assertThat(result.content()).isEqualTo(example.content());
        assertThat(result.toolCalls()).isEqualTo(example.calls());
    }

    @Test
    void streamsTheNameFirstAndTheArgumentsAsTheyCome() {
        StreamParser parser = parser();

        assertThat(parser.accept("Hm.\n<tool_call>\n{\"name\": \"f\", \"argu"))
                .containsExactly(new StreamEvent.Content("Hm."));
        assertThat(parser.accept("ments\": {\"ci"))
                .containsExactly(
                        new StreamEvent.ToolCallStarted(0, "call_0", "f"),
                        new StreamEvent.ToolCallArguments(0, "{\"ci"));
        assertThat(parser.accept("ty\": 1")).containsExactly(new StreamEvent.ToolCallArguments(0, "ty\": 1"));
        assertThat(parser.accept("}}\n</tool_call>")).containsExactly(new StreamEvent.ToolCallArguments(0, "}"));
        assertThat(parser.finish()).isEmpty();
    }

    @Test
    void losesNothingOfTextsMadeOfFragmentsOfTheFormat() {
        String[] fragments = {
            "<tool_call>",
            "</tool_call>",
            "{\"name\":",
            "\"f\"",
            ",\"arguments\":",
            "{\"a\":1}",
            "}",
            "\n",
            "text",
            "<",
            "\"",
            "{"
        };
        long seed = 4711;
        Random random = new Random(seed);
        for (int round = 0; round < 300; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(9); i >= 0; i--) {
                text.append(fragments[random.nextInt(fragments.length)]);
            }
            ChatResult result = Cuts.everyWay(HermesParserTest::parser, text.toString());
            int words = text.toString().split("text", -1).length;
            String all = result.content() + result.toolCalls();
            assertThat(all.split("text", -1))
                    .as("seed %d, text <%s>", seed, text)
                    .hasSizeGreaterThanOrEqualTo(words);
        }
    }

    @Test
    void passesEveryValidCallOnAsValidJson() {
        long seed = 815;
        Random random = new Random(seed);
        for (int round = 0; round < 100; round++) {
            JsonObject arguments = randomObject(random, 3);
            String text = "<tool_call>\n{\"name\": \"f\", \"arguments\": " + arguments + "}\n</tool_call>";
            ToolCall call =
                    Cuts.everyWay(HermesParserTest::parser, text).toolCalls().get(0);
            assertThat(Json.createReader(new StringReader(call.arguments())).readObject())
                    .as("seed %d", seed)
                    .isEqualTo(arguments);
        }
    }

    private static JsonObject randomObject(Random random, int depth) {
        var builder = Json.createObjectBuilder();
        for (int i = random.nextInt(3); i >= 0; i--) {
            String key = "k" + random.nextInt(100) + (random.nextBoolean() ? "\"\\\n" : "");
            switch (depth == 0 ? random.nextInt(3) : random.nextInt(5)) {
                case 0 -> builder.add(key, random.nextInt() / 8.0);
                case 1 -> builder.add(key, "</tool_call>{" + random.nextInt() + "é\u0001");
                case 2 -> builder.addNull(key);
                case 3 -> builder.add(key, randomObject(random, depth - 1));
                default -> builder.add(key, Json.createArrayBuilder().add(true).add(randomObject(random, depth - 1)));
            }
        }
        return builder.build();
    }
}
