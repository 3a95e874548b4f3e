package io.mlxmanager.chat.family;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlxmanager.chat.ChatRequest;
import io.mlxmanager.chat.ChatResult;
import io.mlxmanager.chat.FinishReason;
import io.mlxmanager.chat.Message;
import io.mlxmanager.chat.Part;
import io.mlxmanager.chat.Role;
import io.mlxmanager.chat.StreamEvent;
import io.mlxmanager.chat.Tool;
import io.mlxmanager.chat.ToolCall;
import io.mlxmanager.chat.ToolChoice;
import io.mlxmanager.chat.Usage;
import io.mlxmanager.chat.parse.AnswerParser;
import io.mlxmanager.chat.template.TemplateFiles;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a template writes for a call of the past, our parser must read as that call: names, argument values and their types.
 * Uses the collection of public templates that lies beside the project, if it is there.
 */
class TemplateRoundTripTest {

    private static final Clock CLOCK = Clock.systemUTC();
    private static final int ROUNDS = 25;

    private static final Tool TOOL =
            Tool.fromDeclaration(Json.createReader(new StringReader("""
                    {"type": "function", "function": {"name": "get_weather-now", "description": "The weather.",
                     "parameters": {"type": "object", "properties": {
                       "city": {"type": "string", "description": "c"}, "days": {"type": "integer", "description": "d"},
                       "ratio": {"type": "number", "description": "r"}, "on": {"type": "boolean", "description": "o"},
                       "opts": {"type": "object", "description": "p"}, "tags": {"type": "array", "description": "t",
                       "items": {"type": "string"}}}, "required": ["city"]}}}
                    """)).readObject());

    /** Their corpus cases with calls end in an error; the last classifies conversations and holds none. */
    private static final Set<String> FAILING = Set.of(
            "Kimi-K2-Instruct",
            "Kimi-K2-Thinking",
            "llama-cpp-deepseek-r1",
            "hfjs-custom-meta-llama_Llama-Guard-3-11B-Vision");

    /** Render one call a turn, or leave out the opening tag of a second one. */
    private static final Set<String> ONE_CALL = Set.of(
            "GigaChat3-10B-A1.8B",
            "hfjs-custom-NousResearch_Hermes-2-Pro-Llama-3-8B_JSON_Schema_",
            "hfjs-custom-meta-llama_Llama-3.1-8B-Instruct",
            "hfjs-custom-meta-llama_Llama-3.2-11B-Vision-Instruct",
            "meta-llama-Llama-3.2-3B-Instruct");

    private static final Map<String, String> SPECIAL =
            Map.of("bos_token", "<s>", "eos_token", "</s>", "unk_token", "<unk>", "pad_token", "<pad>");

    static Stream<String> templates() throws IOException {
        return corpus().keySet().stream();
    }

    private static Map<String, String> corpus() throws IOException {
        Path file = Path.of(System.getProperty("template.corpus", "../shared/templates/corpus.json"));
        Map<String, String> templates = new TreeMap<>();
        if (Files.exists(file)) {
            try (JsonReader reader = Json.createReader(Files.newBufferedReader(file))) {
                JsonObject all = reader.readObject().getJsonObject("templates");
                all.keySet().forEach(name -> templates.put(name, all.getString(name)));
            }
        }
        return templates.isEmpty() ? Map.of("none", "") : templates;
    }

    @ParameterizedTest
    @MethodSource("templates")
    @Timeout(60)
    void readsTheCallsThatTheTemplateWrites(String name) throws IOException {
        String source = corpus().get(name);
        Assumptions.assumeTrue(!source.isEmpty(), "no template corpus");
        Assumptions.assumeFalse(FAILING.contains(name), "the template renders no calls in transformers either");
        ChatFormat format = ChatFormat.of(new TemplateFiles(Map.of("default", source), SPECIAL))
                .orElseThrow();
        long seed = 6421L + name.hashCode();
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            List<ToolCall> calls = new ArrayList<>();
            for (int i = 0; i <= (ONE_CALL.contains(name) ? 0 : round % 2); i++) {
                calls.add(new ToolCall(
                        "call_" + round + i, TOOL.name(), arguments(random).toString()));
            }
            String written = written(format, calls);
            ChatResult result = parse(format, written);
            assertThat(result.toolCalls())
                    .as(
                            "%s, seed %d, round %d, syntax %s, written <%s>",
                            name, seed, round, format.toolSyntax(), written)
                    .hasSameSizeAs(calls);
            for (int i = 0; i < calls.size(); i++) {
                assertThat(result.toolCalls().get(i).name()).isEqualTo(TOOL.name());
                assertThat(json(result.toolCalls().get(i).arguments()))
                        .as("%s, seed %d, round %d, written <%s>", name, seed, round, written)
                        .isEqualTo(json(calls.get(i).arguments()));
            }
        }
    }

    /** What stands after the user's message when the assistant called tools, and ends before what a result brings. */
    private static String written(ChatFormat format, List<ToolCall> calls) {
        List<Message> messages = new ArrayList<>();
        messages.add(Message.user("Weather?"));
        String before = format.prompt(request(messages), CLOCK);
        messages.add(new Message(
                Role.ASSISTANT,
                List.of(new Part.Text("")),
                Optional.empty(),
                calls,
                Optional.empty(),
                Optional.empty()));
        calls.forEach(call -> messages.add(Message.toolResult(call.id(), "RESULT")));
        String all = format.prompt(request(messages), CLOCK);
        int same = 0;
        while (same < Math.min(before.length(), all.length()) && before.charAt(same) == all.charAt(same)) {
            same++;
        }
        int mark = all.lastIndexOf('<', same - 1);
        boolean cutsMarker = mark >= 0 && all.indexOf('>', mark) >= same;
        return all.substring(cutsMarker ? mark : same);
    }

    private static ChatRequest request(List<Message> messages) {
        return ChatRequest.of("m", messages).withTools(List.of(TOOL), new ToolChoice.Auto());
    }

    private static ChatResult parse(ChatFormat format, String text) {
        AnswerParser parser = format.parser(request(List.of(Message.user("x"))), "");
        ChatResult.Collector collector = new ChatResult.Collector();
        parser.accept(text).forEach(collector::accept);
        parser.finish().forEach(collector::accept);
        collector.accept(new StreamEvent.Finished(FinishReason.STOP, Usage.NONE));
        return collector.result();
    }

    private static JsonObject arguments(Random random) {
        String[] texts = {
            "Paris", "Saint-Étienne, \"la\" 東京", "a\nb", "it's", "{not} [json]", "x < y & z > w", "C:\\dir"
        };
        var arguments = Json.createObjectBuilder().add("city", texts[random.nextInt(texts.length)]);
        if (random.nextBoolean()) {
            arguments.add("days", random.nextInt(20) - 10);
        }
        if (random.nextBoolean()) {
            arguments.add("ratio", random.nextInt(64) / 8.0);
        }
        if (random.nextBoolean()) {
            arguments.add("on", random.nextBoolean());
        }
        if (random.nextBoolean()) {
            arguments.add(
                    "opts",
                    Json.createObjectBuilder()
                            .add("deep", Json.createObjectBuilder().add("n", random.nextInt(9)))
                            .add("s", texts[random.nextInt(texts.length)])
                            .add("on", random.nextBoolean()));
        }
        if (random.nextBoolean()) {
            arguments.add("tags", Json.createArrayBuilder().add("a").add(texts[random.nextInt(texts.length)]));
        }
        return arguments.build();
    }

    private static JsonValue json(String text) {
        try (JsonReader reader = Json.createReader(new StringReader(text))) {
            return reader.readValue();
        }
    }
}
