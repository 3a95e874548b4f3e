package io.mlxmanager.chat.parse;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlxmanager.chat.ChatResult;
import io.mlxmanager.chat.StreamEvent;
import io.mlxmanager.chat.ToolCall;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.StringReader;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ToolCallParserTest {

    private static StreamParser parser() {
        int[] count = new int[1];
        return new ToolCallParser(
                List.of(CallForm.after("<tool_call>", CallForms.json("</tool_call>"))),
                List.of(),
                () -> "call_" + count[0]++);
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
            ChatResult result = Cuts.everyWay(ToolCallParserTest::parser, text.toString());
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
                    Cuts.everyWay(ToolCallParserTest::parser, text).toolCalls().get(0);
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
