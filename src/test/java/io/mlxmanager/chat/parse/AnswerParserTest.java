package io.mlxmanager.chat.parse;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlxmanager.chat.ChatResult;
import io.mlxmanager.chat.ToolCall;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AnswerParserTest {

    private static StreamParser hermes() {
        return new ToolCallParser(
                List.of(CallForm.after("<tool_call>", CallForms.json("</tool_call>"))), List.of(), () -> "call_0");
    }

    private static AnswerParser both() {
        return new AnswerParser(
                Optional.of(ThinkTagParser.closedAtStart(List.of(ThinkTag.THINK))), Optional.of(hermes()));
    }

    @Test
    void takesThinkingOutBeforeItLooksForCalls() {
        String text = "<think>\nI could write <tool_call>{\"name\":\"x\"}.\n</think>\n\n<tool_call>\n"
                + "{\"name\": \"calculator\", \"arguments\": {\"expression\": \"12 * 7\"}}\n</tool_call>";

        ChatResult result = Cuts.everyWay(AnswerParserTest::both, text);

        assertThat(result.reasoning()).isEqualTo("I could write <tool_call>{\"name\":\"x\"}.");
        assertThat(result.content()).isEmpty();
        assertThat(result.toolCalls())
                .containsExactly(new ToolCall("call_0", "calculator", "{\"expression\": \"12 * 7\"}"));
    }

    @Test
    void leavesCallsAloneWhenThereIsNoToolParser() {
        String text = "<tool_call>{\"name\":\"f\"}</tool_call>";

        ChatResult result = Cuts.everyWay(() -> new AnswerParser(Optional.empty(), Optional.empty()), text);

        assertThat(result.content()).isEqualTo(text);
    }

    @Test
    void losesNothingThatIsHeldBackByBothParsers() {
        ChatResult result = Cuts.everyWay(AnswerParserTest::both, "<think>a</think>b <tool_cal");

        assertThat(result.content()).isEqualTo("b <tool_cal");
    }

    @Test
    void nothingCountsAfterTheOnlyCallThatMayBe() {
        String text = "First.\n<tool_call>\n{\"name\": \"f\", \"arguments\": {\"a\": 1}}\n</tool_call>\n"
                + "<tool_call>\n{\"name\": \"g\", \"arguments\": {}}\n</tool_call>\nLast.";

        ChatResult result = Cuts.everyWay(() -> new AnswerParser(Optional.empty(), Optional.of(hermes()), false), text);

        assertThat(result.toolCalls()).containsExactly(new ToolCall("call_0", "f", "{\"a\": 1}"));
        assertThat(result.content()).startsWith("First.").doesNotContain("Last");
    }

    @Test
    void saysWhenNothingMoreWouldCount() {
        AnswerParser parser = new AnswerParser(Optional.empty(), Optional.of(hermes()), false);
        parser.accept("<tool_call>{\"name\": \"f\", \"arguments\": {}}</tool_call>");
        assertThat(parser.isComplete()).isFalse();
        parser.accept("<tool_call>{\"name\": \"g\", \"arguments\": {}}</tool_call>");
        assertThat(parser.isComplete()).isTrue();
    }
}
