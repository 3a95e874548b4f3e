package io.mlxmanager.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mlxmanager.chat.StreamEvent.Content;
import io.mlxmanager.chat.StreamEvent.Finished;
import io.mlxmanager.chat.StreamEvent.Reasoning;
import io.mlxmanager.chat.StreamEvent.ToolCallArguments;
import io.mlxmanager.chat.StreamEvent.ToolCallStarted;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class ChatResultTest {

    private static final Finished END = new Finished(FinishReason.TOOL_CALLS, new Usage(1, 2, 1, 0));

    @Test
    void isTheSumOfItsEvents() {
        ChatResult result = ChatResult.collect(List.of(
                new Reasoning("a"),
                new Reasoning("b"),
                new Content("c"),
                new ToolCallStarted(0, "x", "f"),
                new ToolCallArguments(0, "{"),
                new ToolCallStarted(1, "y", "g"),
                new ToolCallArguments(1, "{}"),
                new ToolCallArguments(0, "}"),
                new Content("d"),
                END));

        assertThat(result)
                .isEqualTo(new ChatResult(
                        "cd",
                        "ab",
                        List.of(new ToolCall("x", "f", "{}"), new ToolCall("y", "g", "{}")),
                        FinishReason.TOOL_CALLS,
                        new Usage(1, 2, 1, 0),
                        Optional.empty(),
                        List.of()));
    }

    @Test
    void refusesEventsThatAreNoAnswer() {
        assertThatThrownBy(() -> ChatResult.collect(List.of(new Content("a"))))
                .hasMessageContaining("no Finished event");
        assertThatThrownBy(() -> ChatResult.collect(List.of(END, new Content("a"))))
                .hasMessageContaining("after the end");
        assertThatThrownBy(() -> ChatResult.collect(List.of(new ToolCallArguments(0, "{}"), END)))
                .hasMessageContaining("not started");
        assertThatThrownBy(() -> ChatResult.collect(List.of(new ToolCallStarted(1, "x", "f"), END)))
                .hasMessageContaining("where 0 was due");
    }

    @Test
    void keepsAZeroTemperatureWhenDefaultsAreFilledIn() {
        Sampling greedy = Sampling.UNSPECIFIED.withTemperature(0);
        Sampling defaults = Sampling.UNSPECIFIED.withTemperature(0.7);

        assertThat(greedy.orElse(defaults).temperature()).isEqualTo(OptionalDouble.of(0));
        assertThat(Sampling.UNSPECIFIED.orElse(defaults).temperature()).isEqualTo(OptionalDouble.of(0.7));
    }
}
