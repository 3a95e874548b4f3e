package io.mlxmanager.protocol.openai;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlxmanager.chat.ChatResult;
import io.mlxmanager.chat.FinishReason;
import io.mlxmanager.chat.StreamEvent;
import io.mlxmanager.chat.StreamEvent.Content;
import io.mlxmanager.chat.StreamEvent.Finished;
import io.mlxmanager.chat.StreamEvent.Reasoning;
import io.mlxmanager.chat.StreamEvent.ToolCallArguments;
import io.mlxmanager.chat.StreamEvent.ToolCallStarted;
import io.mlxmanager.chat.TokenLogprob;
import io.mlxmanager.chat.Usage;
import io.mlxmanager.protocol.ProtocolException;
import io.mlxmanager.protocol.ProtocolException.Code;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class WireGoldenTest {

    private static final Instant CREATED = Instant.ofEpochSecond(1_760_000_000L, 999);

    private static final List<StreamEvent> TEXT = List.of(
            new Content("Hello, "),
            new Content("\"world\"\n"),
            new Finished(FinishReason.STOP, new Usage(10, 5, 0, 4)));

    private static final List<StreamEvent> TOOLS = List.of(
            new Reasoning("Hm."),
            new ToolCallStarted(0, "call_a", "f"),
            new ToolCallArguments(0, "{\"a\": "),
            new ToolCallArguments(0, "1}"),
            new ToolCallStarted(1, "call_b", "g"),
            new ToolCallArguments(1, "{}"),
            new Finished(FinishReason.TOOL_CALLS, new Usage(3, 9, 2, 0)));

    private static CompletionHeader header(Optional<String> fingerprint) {
        return new CompletionHeader("chatcmpl-1", CREATED, "m", fingerprint);
    }

    @Test
    void writesAnAnswerOfTextWholeAndStreamed() throws IOException {
        CompletionHeader header = header(Optional.empty());

        assertThat(new ChatCompletionWriter()
                        .write(header, List.of(ChatResult.collect(TEXT)), usage(TEXT), false)
                        .toString())
                .isEqualTo(golden("completion-text.json"));
        assertThat(stream(new ChatCompletionStream(header, false, false), TEXT)).isEqualTo(golden("stream-text.jsonl"));
    }

    @Test
    void writesToolCallsWholeAndStreamedWithUsage() throws IOException {
        CompletionHeader header = header(Optional.of("fp_1"));

        assertThat(new ChatCompletionWriter()
                        .write(header, List.of(ChatResult.collect(TOOLS)), usage(TOOLS), false)
                        .toString())
                .isEqualTo(golden("completion-tools.json"));
        assertThat(stream(new ChatCompletionStream(header, true, false), TOOLS))
                .isEqualTo(golden("stream-tools.jsonl"));
    }

    @Test
    void writesModelsAndErrors() throws IOException {
        assertThat(ModelEntry.list(List.of(new ModelEntry("org/m", CREATED, "mlx-community")))
                        .toString())
                .isEqualTo(golden("models.json"));
        ProtocolException missing = new ProtocolException(
                Code.MISSING_REQUIRED_PARAMETER, "messages[2].content", "messages[2].content is required.");
        assertThat(OpenAiError.of(missing).toJson().toString()).isEqualTo(golden("error-field.json"));
        assertThat(OpenAiError.of(503, "The model is still loading.", "model_loading")
                        .toJson()
                        .toString())
                .isEqualTo(golden("error-server.json"));
    }

    @Test
    void endsACancelledAnswerWithAWordThatClientsKnow() {
        StreamEvent end = new Finished(FinishReason.CANCELLED, Usage.NONE);

        assertThat(new ChatCompletionStream(header(Optional.empty()), false, false)
                        .chunk(0, end)
                        .toString())
                .contains("\"finish_reason\":\"stop\"");
    }

    @Test
    void givesEveryAnswerItsOwnId() {
        Clock clock = Clock.fixed(CREATED, ZoneOffset.UTC);
        CompletionHeader first = CompletionHeader.fresh("chatcmpl-", "m", clock);

        assertThat(first.id()).startsWith("chatcmpl-").hasSize(41);
        assertThat(first.created()).isEqualTo(CREATED);
        assertThat(CompletionHeader.fresh("chatcmpl-", "m", clock).id()).isNotEqualTo(first.id());
    }

    private static Usage usage(List<StreamEvent> events) {
        return ((Finished) events.get(events.size() - 1)).usage();
    }

    @Test
    void writesLikelihoodsOfSeveralAnswers() throws IOException {
        CompletionHeader header = header(Optional.empty());
        TokenLogprob other = new TokenLogprob(List.of(0xE2), Double.NEGATIVE_INFINITY, List.of());
        TokenLogprob token = new TokenLogprob(List.of(0x68, 0x69), -0.25, List.of(other));
        StreamEvent content = new Content("hi", List.of(token));
        ChatResult first =
                ChatResult.collect(List.of(content, new Finished(FinishReason.LENGTH, new Usage(1, 2, 0, 0))));

        assertThat(new ChatCompletionWriter()
                        .write(header, List.of(first, first), new Usage(1, 4, 0, 0), true)
                        .toString())
                .isEqualTo(golden("completion-logprobs.json"));
        assertThat(new ChatCompletionStream(header, false, true)
                        .chunk(1, content)
                        .toString())
                .isEqualTo(golden("stream-logprobs.json"));
    }

    private static String stream(ChatCompletionStream stream, List<StreamEvent> events) {
        Stream<JsonObject> chunks = events.stream().map(event -> stream.chunk(0, event));
        return Stream.of(stream.opening(1).stream(), chunks, stream.usage(usage(events)).stream())
                .flatMap(part -> part)
                .map(Object::toString)
                .collect(Collectors.joining("\n"));
    }

    static String golden(String name) throws IOException {
        try (InputStream file = WireGoldenTest.class.getResourceAsStream("/golden/wire/openai/" + name)) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8).strip();
        }
    }
}
