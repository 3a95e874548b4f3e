package io.mlxmanager.protocol.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlxmanager.chat.ChatResult;
import io.mlxmanager.chat.FinishReason;
import io.mlxmanager.chat.StreamEvent;
import io.mlxmanager.chat.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MessagesStreamTest {

    private static final Usage USAGE = new Usage(10, 7, 2, 4);
    private static final List<StreamEvent> EVENTS = List.of(
            new StreamEvent.Reasoning("Let me "),
            new StreamEvent.Reasoning("see."),
            new StreamEvent.Content("Two calls."),
            new StreamEvent.ToolCallStarted(0, "a", "f"),
            new StreamEvent.ToolCallArguments(0, "{\"x\":"),
            new StreamEvent.ToolCallArguments(0, "1}"),
            new StreamEvent.ToolCallStarted(1, "b", "g"),
            new StreamEvent.Finished(FinishReason.TOOL_CALLS, USAGE));

    @Test
    void blocksFollowEachOtherAndNeverOverlap() {
        MessagesStream stream = new MessagesStream("msg_1", "m");
        List<String> lines = new ArrayList<>();
        lines.add(stream.start(new Usage(10, 0, 0, 4)).data().toString());
        EVENTS.forEach(event ->
                stream.events(event).forEach(each -> lines.add(each.data().toString())));
        assertThat(lines)
                .containsExactly(
                        "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"type\":\"message\","
                                + "\"role\":\"assistant\",\"model\":\"m\",\"content\":[],\"stop_reason\":null,"
                                + "\"stop_sequence\":null,\"usage\":{\"input_tokens\":6,"
                                + "\"cache_creation_input_tokens\":0,\"cache_read_input_tokens\":4,"
                                + "\"output_tokens\":0}}}",
                        "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"thinking\","
                                + "\"thinking\":\"\",\"signature\":\"\"}}",
                        "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"thinking_delta\","
                                + "\"thinking\":\"Let me \"}}",
                        "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"thinking_delta\","
                                + "\"thinking\":\"see.\"}}",
                        "{\"type\":\"content_block_stop\",\"index\":0}",
                        "{\"type\":\"content_block_start\",\"index\":1,\"content_block\":{\"type\":\"text\","
                                + "\"text\":\"\"}}",
                        "{\"type\":\"content_block_delta\",\"index\":1,\"delta\":{\"type\":\"text_delta\","
                                + "\"text\":\"Two calls.\"}}",
                        "{\"type\":\"content_block_stop\",\"index\":1}",
                        "{\"type\":\"content_block_start\",\"index\":2,\"content_block\":{\"type\":\"tool_use\","
                                + "\"id\":\"a\",\"name\":\"f\",\"input\":{}}}",
                        "{\"type\":\"content_block_delta\",\"index\":2,\"delta\":{\"type\":\"input_json_delta\","
                                + "\"partial_json\":\"{\\\"x\\\":\"}}",
                        "{\"type\":\"content_block_delta\",\"index\":2,\"delta\":{\"type\":\"input_json_delta\","
                                + "\"partial_json\":\"1}\"}}",
                        "{\"type\":\"content_block_stop\",\"index\":2}",
                        "{\"type\":\"content_block_start\",\"index\":3,\"content_block\":{\"type\":\"tool_use\","
                                + "\"id\":\"b\",\"name\":\"g\",\"input\":{}}}",
                        "{\"type\":\"content_block_stop\",\"index\":3}",
                        "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"tool_use\",\"stop_sequence\":null},"
                                + "\"usage\":{\"input_tokens\":6,\"cache_creation_input_tokens\":0,"
                                + "\"cache_read_input_tokens\":4,\"output_tokens\":7}}",
                        "{\"type\":\"message_stop\"}");
    }

    @Test
    void theWholeAnswerHoldsTheSame() {
        String whole = new MessagesWriter()
                .write("msg_1", "m", ChatResult.collect(EVENTS))
                .toString();
        assertThat(whole)
                .contains("{\"type\":\"thinking\",\"thinking\":\"Let me see.\",\"signature\":\"\"}")
                .contains("{\"type\":\"text\",\"text\":\"Two calls.\"}")
                .contains("{\"type\":\"tool_use\",\"id\":\"a\",\"name\":\"f\",\"input\":{\"x\":1}}")
                .contains("{\"type\":\"tool_use\",\"id\":\"b\",\"name\":\"g\",\"input\":{}}")
                .contains("\"stop_reason\":\"tool_use\"");
    }

    @Test
    void aStopTextIsNamedAndBrokenArgumentsAreKept() {
        List<StreamEvent> events = List.of(
                new StreamEvent.ToolCallStarted(0, "a", "f"),
                new StreamEvent.ToolCallArguments(0, "{\"x\":"),
                new StreamEvent.Finished(FinishReason.STOP, USAGE, Optional.of("END")));
        assertThat(new MessagesWriter()
                        .write("msg_1", "m", ChatResult.collect(events))
                        .toString())
                .contains("\"stop_reason\":\"stop_sequence\",\"stop_sequence\":\"END\"")
                .contains("\"input\":{\"raw_arguments\":\"{\\\"x\\\":\"}");
    }
}
