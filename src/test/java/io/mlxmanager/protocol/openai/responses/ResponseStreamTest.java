package io.mlxmanager.protocol.openai.responses;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlxmanager.chat.FinishReason;
import io.mlxmanager.chat.StreamEvent;
import io.mlxmanager.chat.StreamEvent.Content;
import io.mlxmanager.chat.StreamEvent.Finished;
import io.mlxmanager.chat.StreamEvent.Reasoning;
import io.mlxmanager.chat.StreamEvent.ToolCallArguments;
import io.mlxmanager.chat.StreamEvent.ToolCallStarted;
import io.mlxmanager.chat.Usage;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResponseStreamTest {

    private static final Usage USAGE = new Usage(5, 9, 3, 2);

    private static ResponseStream stream() {
        ResponsesRequest request =
                new ResponsesReader().read("{\"model\":\"m\",\"input\":\"x\"}", id -> JsonValue.EMPTY_JSON_ARRAY);
        return new ResponseStream(new ResponseObject("resp_1", Instant.ofEpochSecond(7), request));
    }

    private static List<ResponseStream.Event> events(ResponseStream stream, StreamEvent... answer) {
        List<ResponseStream.Event> events = new ArrayList<>(stream.open());
        for (StreamEvent event : answer) {
            events.addAll(stream.accept(event));
        }
        events.addAll(stream.end(USAGE));
        return events;
    }

    private static final StreamEvent[] ANSWER = {
        new Reasoning("I "),
        new Reasoning("think"),
        new Content("Hel"),
        new Content("lo"),
        new ToolCallStarted(0, "call_a", "f"),
        new ToolCallArguments(0, "{\"a\":"),
        new ToolCallArguments(0, "1}"),
        new ToolCallStarted(1, "call_b", "g"),
        new Finished(FinishReason.TOOL_CALLS, USAGE)
    };

    @Test
    void eventsComeInTheDocumentedOrder() {
        assertThat(events(stream(), ANSWER))
                .extracting(ResponseStream.Event::name)
                .containsExactly(
                        "response.created",
                        "response.in_progress",
                        "response.output_item.added",
                        "response.content_part.added",
                        "response.reasoning_text.delta",
                        "response.reasoning_text.delta",
                        "response.reasoning_text.done",
                        "response.content_part.done",
                        "response.output_item.done",
                        "response.output_item.added",
                        "response.content_part.added",
                        "response.output_text.delta",
                        "response.output_text.delta",
                        "response.output_text.done",
                        "response.content_part.done",
                        "response.output_item.done",
                        "response.output_item.added",
                        "response.function_call_arguments.delta",
                        "response.function_call_arguments.delta",
                        "response.function_call_arguments.done",
                        "response.output_item.done",
                        "response.output_item.added",
                        "response.function_call_arguments.done",
                        "response.output_item.done",
                        "response.completed");
    }

    @Test
    void everyEventRepeatsItsNameAndTheyAreNumbered() {
        List<ResponseStream.Event> events = events(stream(), ANSWER);
        for (int i = 0; i < events.size(); i++) {
            assertThat(events.get(i).data().getString("type"))
                    .isEqualTo(events.get(i).name());
            assertThat(events.get(i).data().getInt("sequence_number")).isEqualTo(i);
        }
    }

    /** What clients add up from the events is what the last event says. */
    @Test
    void theItemsOfTheEventsAreTheOutputOfTheResponse() {
        List<ResponseStream.Event> events = events(stream(), ANSWER);
        JsonObject response = events.get(events.size() - 1).data().getJsonObject("response");
        List<JsonObject> done = events.stream()
                .filter(event -> event.name().equals("response.output_item.done"))
                .map(event -> event.data().getJsonObject("item"))
                .toList();

        assertThat(response.getJsonArray("output").getValuesAs(JsonObject.class))
                .isEqualTo(done);
        assertThat(done)
                .extracting(item -> item.getString("type"))
                .containsExactly("reasoning", "message", "function_call", "function_call");
        assertThat(done.get(1).getJsonArray("content").getJsonObject(0).getString("text"))
                .isEqualTo("Hello");
        assertThat(done.get(2).getString("arguments")).isEqualTo("{\"a\":1}");
        assertThat(done.get(2).getString("call_id")).isEqualTo("call_a");
        assertThat(response.getString("status")).isEqualTo("completed");
        assertThat(response.getJsonObject("usage"))
                .isEqualTo(Json.createObjectBuilder()
                        .add("input_tokens", 5)
                        .add("input_tokens_details", Json.createObjectBuilder().add("cached_tokens", 2))
                        .add("output_tokens", 9)
                        .add("output_tokens_details", Json.createObjectBuilder().add("reasoning_tokens", 3))
                        .add("total_tokens", 14)
                        .build());
    }

    @Test
    void anAnswerThatWasCutShortIsIncomplete() {
        List<ResponseStream.Event> events =
                events(stream(), new Content("Hel"), new Finished(FinishReason.LENGTH, USAGE));
        JsonObject response = events.get(events.size() - 1).data().getJsonObject("response");
        assertThat(events.get(events.size() - 1).name()).isEqualTo("response.incomplete");
        assertThat(response.getJsonObject("incomplete_details").getString("reason"))
                .isEqualTo("max_output_tokens");
        assertThat(response.getJsonArray("output").getJsonObject(0).getString("status"))
                .isEqualTo("incomplete");
    }

    @Test
    void aFailureIsToldTwice() {
        ResponseStream stream = stream();
        stream.open();
        stream.accept(new Content("Hel"));
        List<ResponseStream.Event> events = stream.failed("request_cancelled", "The request was cancelled");
        assertThat(events).extracting(ResponseStream.Event::name).containsExactly("error", "response.failed");
        assertThat(events.get(0).data().getString("code")).isEqualTo("request_cancelled");
        assertThat(events.get(1).data().getJsonObject("response").getString("status"))
                .isEqualTo("failed");
    }
}
