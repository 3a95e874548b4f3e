package io.mlxmanager.protocol.openai.responses;

import io.mlxmanager.chat.FinishReason;
import io.mlxmanager.chat.StreamEvent;
import io.mlxmanager.chat.StreamEvent.Content;
import io.mlxmanager.chat.StreamEvent.Finished;
import io.mlxmanager.chat.StreamEvent.Reasoning;
import io.mlxmanager.chat.StreamEvent.ToolCallArguments;
import io.mlxmanager.chat.StreamEvent.ToolCallStarted;
import io.mlxmanager.chat.Usage;
import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * From the events of an answer to the items of a response, and to the protocol's own events about them. A response that is
 * wanted whole is made the same way and its events dropped, so both cannot differ. Confined to one thread.
 */
public final class ResponseStream {

    /** One event of the stream: its name, which its data repeats as {@code type}. */
    public record Event(String name, JsonObject data) {}

    private final ResponseObject response;
    private final boolean logprobs;
    private final List<JsonObject> output = new ArrayList<>();
    private final List<Event> events = new ArrayList<>();
    private Optional<OutputItem> open = Optional.empty();
    private FinishReason reason = FinishReason.STOP;
    private int sequence;

    public ResponseStream(ResponseObject response) {
        this.response = response;
        this.logprobs = response.request().logprobs();
    }

    /** The events before the first token. */
    public List<Event> open() {
        emit("response.created", Json.createObjectBuilder().add("response", inProgress()));
        emit("response.in_progress", Json.createObjectBuilder().add("response", inProgress()));
        return taken();
    }

    /** The events of the next step of the answer. */
    public List<Event> accept(StreamEvent event) {
        if (event instanceof Content more) {
            item(OutputItem.Message.class, () -> new OutputItem.Message(output.size(), logprobs))
                    .more(more.text(), more.tokens(), this::emit);
        } else if (event instanceof Reasoning more) {
            item(OutputItem.Thinking.class, () -> new OutputItem.Thinking(output.size()))
                    .more(more.text(), List.of(), this::emit);
        } else if (event instanceof ToolCallStarted call) {
            close("completed");
            begin(new OutputItem.Call(output.size(), call.id(), call.name()));
        } else if (event instanceof ToolCallArguments more) {
            open.orElseThrow(() -> new IllegalArgumentException("arguments of no call: " + more))
                    .more(more.fragment(), List.of(), this::emit);
        } else if (event instanceof Finished end) {
            reason = end.reason();
            close(cutShort() ? "incomplete" : "completed");
        }
        return taken();
    }

    /** The last event. */
    public List<Event> end(Usage usage) {
        emit(
                cutShort() ? "response.incomplete" : "response.completed",
                Json.createObjectBuilder().add("response", finished(usage)));
        return taken();
    }

    /** The events in place of what was still to come. */
    public List<Event> failed(String code, String message) {
        emit(
                "error",
                Json.createObjectBuilder()
                        .add("code", code)
                        .add("message", message)
                        .addNull("param"));
        JsonObject error = Json.createObjectBuilder()
                .add("code", code)
                .add("message", message)
                .build();
        JsonObject failed = response.write("failed", output(), Optional.empty(), Optional.of(error), Optional.empty());
        emit("response.failed", Json.createObjectBuilder().add("response", failed));
        return taken();
    }

    /** The response after its last event. */
    public JsonObject finished(Usage usage) {
        return response.write(
                cutShort() ? "incomplete" : "completed",
                output(),
                cutShort() ? Optional.of("max_output_tokens") : Optional.empty(),
                Optional.empty(),
                Optional.of(usage));
    }

    /** The items so far. */
    public JsonArray output() {
        JsonArrayBuilder items = Json.createArrayBuilder();
        output.forEach(items::add);
        return items.build();
    }

    private JsonObject inProgress() {
        return response.write("in_progress", output(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    private boolean cutShort() {
        return reason == FinishReason.LENGTH;
    }

    private OutputItem item(Class<? extends OutputItem> kind, Supplier<OutputItem> fresh) {
        if (open.isEmpty() || !kind.isInstance(open.get())) {
            close("completed");
            begin(fresh.get());
        }
        return open.orElseThrow();
    }

    private void begin(OutputItem item) {
        item.begin(this::emit);
        open = Optional.of(item);
    }

    private void close(String status) {
        open.ifPresent(item -> output.add(item.end(status, this::emit)));
        open = Optional.empty();
    }

    private void emit(String name, JsonObjectBuilder fields) {
        JsonObjectBuilder data = Json.createObjectBuilder().add("type", name).add("sequence_number", sequence++);
        fields.build().forEach(data::add);
        events.add(new Event(name, data.build()));
    }

    private List<Event> taken() {
        List<Event> taken = List.copyOf(events);
        events.clear();
        return taken;
    }
}
