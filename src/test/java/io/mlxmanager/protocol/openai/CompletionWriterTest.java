package io.mlxmanager.protocol.openai;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlxmanager.chat.ChatResult;
import io.mlxmanager.chat.FinishReason;
import io.mlxmanager.chat.StreamEvent.Content;
import io.mlxmanager.chat.StreamEvent.Finished;
import io.mlxmanager.chat.TokenLogprob;
import io.mlxmanager.chat.Usage;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CompletionWriterTest {

    private static final CompletionHeader HEADER =
            new CompletionHeader("cmpl-1", Instant.ofEpochSecond(1), "m", Optional.empty());

    private static TokenLogprob token(String text, double logprob, TokenLogprob... top) {
        return TokenLogprob.of(text.getBytes(StandardCharsets.UTF_8), logprob, List.of(top));
    }

    private static ChatResult answer(String text, double logprob) {
        return ChatResult.collect(List.of(
                new Content(text, List.of(token(text, logprob))),
                new Finished(FinishReason.STOP, new Usage(1, 1, 0, 0))));
    }

    private static JsonObject write(String fields, ChatResult... results) {
        CompletionRequest request = new CompletionReader().read("{\"model\":\"m\"," + fields + "}");
        return new CompletionWriter().write(HEADER, request, List.of(results), new Usage(1, 3, 0, 0));
    }

    private static List<String> texts(JsonObject answer) {
        return answer.getJsonArray("choices").getValuesAs(JsonObject.class).stream()
                .map(choice -> choice.getInt("index") + choice.getString("text"))
                .toList();
    }

    @Test
    void theLikeliestOfEachPromptAreGivenOut() {
        JsonObject answer = write(
                "\"prompt\":[\"p\",\"q\"],\"n\":1,\"best_of\":2",
                answer("a", -2),
                answer("b", -1),
                answer("c", -0.5),
                answer("d", -3));
        assertThat(texts(answer)).containsExactly("0b", "1c");
        assertThat(answer.getJsonArray("choices").getJsonObject(0).get("logprobs"))
                .isEqualTo(JsonValue.NULL);
        assertThat(answer.getJsonObject("usage").getInt("completion_tokens")).isEqualTo(3);
    }

    @Test
    void allInTheirOrderWhereAllAreWanted() {
        assertThat(texts(write("\"prompt\":\"p\",\"n\":2", answer("a", -2), answer("b", -1))))
                .containsExactly("0a", "1b");
    }

    @Test
    void likelihoodsAreParallelListsAndOffsetsCountCharacters() {
        ChatResult echoed = ChatResult.collect(List.of(
                new Content("\u00e9x", List.of(token("\u00e9", Double.NaN), token("x", -1, token("y", -0.5)))),
                new Content("\ud83d\ude00z", List.of(token("\ud83d\ude00", -2), token("z", Double.NEGATIVE_INFINITY))),
                new Finished(FinishReason.STOP, new Usage(1, 1, 0, 0))));
        JsonObject logprobs = write("\"prompt\":\"p\",\"logprobs\":1", echoed)
                .getJsonArray("choices")
                .getJsonObject(0)
                .getJsonObject("logprobs");
        assertThat(logprobs.get("tokens").toString()).isEqualTo("[\"\u00e9\",\"x\",\"\ud83d\ude00\",\"z\"]");
        assertThat(logprobs.get("token_logprobs").toString()).isEqualTo("[null,-1.0,-2.0,-9999.0]");
        assertThat(logprobs.get("top_logprobs").toString()).isEqualTo("[null,{\"y\":-0.5,\"x\":-1.0},{},{}]");
        assertThat(logprobs.get("text_offset").toString()).isEqualTo("[0,1,2,3]");
    }

    @Test
    void chunksOfAStreamContinueTheOffsets() {
        CompletionRequest request = new CompletionReader()
                .read("{\"model\":\"m\",\"prompt\":\"p\",\"n\":2,\"logprobs\":0,\"stream\":true,"
                        + "\"stream_options\":{\"include_usage\":true}}");
        CompletionStream stream = new CompletionStream(HEADER, request);
        Content content = new Content("ab", List.of(token("ab", -1)));
        stream.chunk(1, content);
        JsonObject second = stream.chunk(1, content);
        assertThat(offset(second)).isEqualTo(2);
        assertThat(offset(stream.chunk(0, content))).isZero();
        assertThat(second.get("usage")).isEqualTo(JsonValue.NULL);
        assertThat(stream.usage(new Usage(1, 2, 0, 1)).orElseThrow().getJsonArray("choices"))
                .isEmpty();
    }

    private static int offset(JsonObject chunk) {
        return chunk.getJsonArray("choices")
                .getJsonObject(0)
                .getJsonObject("logprobs")
                .getJsonArray("text_offset")
                .getInt(0);
    }
}
