package io.mlxmanager.serve.generate;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlxmanager.chat.ChatResult;
import io.mlxmanager.chat.FinishReason;
import io.mlxmanager.chat.StreamEvent;
import io.mlxmanager.chat.TokenLogprob;
import io.mlxmanager.chat.parse.AnswerParser;
import io.mlxmanager.chat.parse.ThinkTag;
import io.mlxmanager.chat.parse.ThinkTagParser;
import io.mlxmanager.engine.GenerationEnd;
import io.mlxmanager.engine.tokenizer.Detokenizer;
import io.mlxmanager.engine.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Which tokens are told with an answer, and how they are counted; with the starter model's tokenizer. */
class AnswerTextTest {

    private static Tokenizer tokenizer;

    @BeforeAll
    static void load() {
        tokenizer = Tokenizer.load(Path.of("src/main/resources/META-INF/models/starter-qwen3-4m-4bit"));
    }

    @AfterAll
    static void close() {
        tokenizer.close();
    }

    private static ChatResult answer(String text, boolean thinks, String... stops) {
        Optional<ThinkTagParser> thinking =
                thinks ? Optional.of(ThinkTagParser.closedAtStart(List.of(ThinkTag.THINK))) : Optional.empty();
        AnswerText answer = new AnswerText(
                new Detokenizer(tokenizer), List.of(stops), new AnswerParser(thinking, Optional.empty()), 3);
        List<StreamEvent> events = new ArrayList<>();
        for (int id : tokenizer.encode(text)) {
            TokenLogprob likelihood = TokenLogprob.of(tokenizer.bytes(id), -1, List.of());
            events.addAll(answer.token(id, Optional.of(likelihood)));
            if (answer.stopped()) {
                break;
            }
        }
        events.addAll(answer.finish(GenerationEnd.STOP));
        return ChatResult.collect(events);
    }

    private static String told(ChatResult result) {
        return result.tokens().stream().map(TokenLogprob::text).collect(Collectors.joining());
    }

    @Test
    void theTokensOfAPlainAnswerAreItsText() {
        ChatResult result = answer("Count: 1, 2, 3. And <b>more</b>.", false);
        assertThat(told(result)).isEqualTo(result.content()).isEqualTo("Count: 1, 2, 3. And <b>more</b>.");
        assertThat(result.tokens()).hasSize(result.usage().completion());
    }

    @Test
    void charactersCutOverTokensComeWithAllTheirTokens() {
        ChatResult result = answer("\u4e2d\ud83d\ude00", false);
        assertThat(result.tokens()).hasSize(result.usage().completion());
        assertThat(result.tokens().stream()
                        .mapToInt(token -> token.bytes().size())
                        .sum())
                .isEqualTo(7);
    }

    @Test
    void tokensOfThinkingAreCountedAndNotTold() {
        ChatResult result = answer("<think>\nLet me see: 4.\n</think>\n\nIt is 4.", true);
        assertThat(result.reasoning()).contains("Let me see");
        assertThat(told(result)).isEqualTo("It is 4.");
        int answer = tokenizer.encode("It is 4.").length;
        int between = tokenizer.encode("\n\n").length;
        assertThat(result.usage().reasoning()).isEqualTo(result.usage().completion() - answer - between);
    }

    @Test
    void tokensOfAStopTextAreNotTold() {
        ChatResult result = answer("1, 2, 3, 4", false, ", 3");
        assertThat(result.content()).isEqualTo("1, 2");
        assertThat(told(result)).isEqualTo("1, 2");
        assertThat(result.finishReason()).isEqualTo(FinishReason.STOP);
    }

    @Test
    void emptyThinkingIsNotTold() {
        assertThat(told(answer("<think>\n\n</think>\n\nHello!", true))).isEqualTo("Hello!");
    }
}
