package io.mlxmanager.chat.parse;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlxmanager.chat.ChatResult;
import io.mlxmanager.chat.StreamEvent;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ThinkTagParserTest {

    private static final List<ThinkTag> TAGS = List.of(ThinkTag.THINK, new ThinkTag("<thinking>", "</thinking>"));

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "plain|plain|``",
                "``|``|``",
                "<think>why</think>answer|answer|why",
                "<think>\\nwhy\\n</think>\\n\\nanswer|answer|why",
                " \\n<think>why</think>answer|answer|why",
                "<think>\\n\\n</think>\\n\\nanswer|answer|``",
                "<think></think>answer|answer|``",
                "<think>a</think>  code|  code|a",
                "<THINK>a</Think>b|b|a",
                "<thinking>a</think>b</thinking>c|c|a</think>b",
                "<think>a\\n\\nb</think>c|c|a\\n\\nb",
                "<think>never closed </thi|``|never closed </thi",
                "<think>a</think>\\n<think>b</think>\\nc|c|a\\n\\nb",
                "<think><think>a</think>b|b|a",
                "<think>if a < b</think>c|c|if a < b",
                "<thin|<thin|``",
                "<thin air|<thin air|``",
                " \\n indented|` \\n indented`|``",
                "say <think>x</think>|say <think>x</think>|``",
                "a</think>b|a</think>b|``",
                "<think>a</think>b<think>c</think>|b<think>c</think>|a",
                "<think>a</think>\\n\\n|``|a",
            },
            delimiter = '|')
    void separatesThinkingFromTheAnswerHoweverItIsCut(String text, String content, String reasoning) {
        ChatResult result = Cuts.everyWay(() -> ThinkTagParser.closedAtStart(TAGS), breaks(text));

        assertThat(result.content()).isEqualTo(breaks(content));
        assertThat(result.reasoning()).isEqualTo(breaks(reasoning));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "why\\n</think>\\n\\nanswer|answer|why",
                "\\nwhy</think>answer|answer|why",
                "<think>why</think>answer|answer|why",
                "never closed|``|never closed",
                "</think>\\nanswer|answer|``",
            },
            delimiter = '|')
    void startsInsideWhenThePromptOpenedTheTag(String text, String content, String reasoning) {
        ChatResult result = Cuts.everyWay(() -> ThinkTagParser.openAtStart(ThinkTag.THINK), breaks(text));

        assertThat(result.content()).isEqualTo(breaks(content));
        assertThat(result.reasoning()).isEqualTo(breaks(reasoning));
    }

    @Test
    void emitsWhatIsCertainAtOnce() {
        ThinkTagParser parser = ThinkTagParser.closedAtStart(TAGS);

        assertThat(parser.accept("<think>because")).containsExactly(new StreamEvent.Reasoning("because"));
        assertThat(parser.accept(" of </")).containsExactly(new StreamEvent.Reasoning(" of"));
        assertThat(parser.isThinking()).isTrue();
        assertThat(parser.accept("think>")).isEmpty();
        assertThat(parser.isThinking()).isFalse();
        assertThat(parser.accept("\n\nYes")).containsExactly(new StreamEvent.Content("Yes"));
        assertThat(parser.accept(" <th")).containsExactly(new StreamEvent.Content(" <th"));
        assertThat(parser.finish()).isEmpty();
    }

    @Test
    void seesThatAPromptLeavesTheTagOpen() {
        assertThat(ThinkTag.THINK.isLeftOpenBy("<|assistant|>\n<think>\n")).isTrue();
        assertThat(ThinkTag.THINK.isLeftOpenBy("<|assistant|>\n<think>\n\n</think>\n\n"))
                .isFalse();
    }

    private static String breaks(String text) {
        return text.replace("\\n", "\n");
    }
}
