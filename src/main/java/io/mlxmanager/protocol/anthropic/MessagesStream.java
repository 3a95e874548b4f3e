package io.mlxmanager.protocol.anthropic;

import io.mlxmanager.chat.StreamEvent;
import io.mlxmanager.chat.Usage;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes the events of a streamed answer: a message that starts, blocks one after the other, the stop. Confined to one
 * thread.
 */
public final class MessagesStream {

    /** One event: its name is also its {@code type}. */
    public record Event(String name, JsonObject data) {}

    private enum Block {
        NONE,
        THINKING,
        TEXT,
        TOOL
    }

    private final String id;
    private final String model;
    private Block open = Block.NONE;
    private int index = -1;

    public MessagesStream(String id, String model) {
        this.id = id;
        this.model = model;
    }

    /** The first event. */
    public Event start(Usage usage) {
        JsonObjectBuilder message = MessagesWriter.start(id, model)
                .add("content", MessagesWriter.JSON.createArrayBuilder())
                .addNull("stop_reason")
                .addNull("stop_sequence")
                .add("usage", MessagesWriter.usage(usage));
        return event("message_start", object().add("message", message));
    }

    /** What shows that the stream is alive. */
    public Event ping() {
        return event("ping", object());
    }

    /** What an event of the answer becomes. */
    public List<Event> events(StreamEvent event) {
        List<Event> events = new ArrayList<>();
        if (event instanceof StreamEvent.Reasoning more) {
            begin(
                    Block.THINKING,
                    object().add("type", "thinking").add("thinking", "").add("signature", ""),
                    events);
            events.add(delta(object().add("type", "thinking_delta").add("thinking", more.text())));
        } else if (event instanceof StreamEvent.Content more) {
            begin(Block.TEXT, object().add("type", "text").add("text", ""), events);
            events.add(delta(object().add("type", "text_delta").add("text", more.text())));
        } else if (event instanceof StreamEvent.ToolCallStarted call) {
            stop(events);
            begin(
                    Block.TOOL,
                    object().add("type", "tool_use")
                            .add("id", call.id())
                            .add("name", call.name())
                            .add("input", object()),
                    events);
        } else if (event instanceof StreamEvent.ToolCallArguments more) {
            events.add(delta(object().add("type", "input_json_delta").add("partial_json", more.fragment())));
        } else if (event instanceof StreamEvent.Finished end) {
            stop(events);
            JsonObjectBuilder delta = object();
            MessagesWriter.stop(delta, end.reason(), end.stopText());
            events.add(event(
                    "message_delta", object().add("delta", delta).add("usage", MessagesWriter.usage(end.usage()))));
            events.add(event("message_stop", object()));
        }
        return events;
    }

    private void begin(Block kind, JsonObjectBuilder block, List<Event> events) {
        if (open == kind) {
            return;
        }
        stop(events);
        open = kind;
        index++;
        events.add(event("content_block_start", object().add("index", index).add("content_block", block)));
    }

    private void stop(List<Event> events) {
        if (open != Block.NONE) {
            events.add(event("content_block_stop", object().add("index", index)));
            open = Block.NONE;
        }
    }

    private Event delta(JsonObjectBuilder delta) {
        return event("content_block_delta", object().add("index", index).add("delta", delta));
    }

    private static JsonObjectBuilder object() {
        return MessagesWriter.JSON.createObjectBuilder();
    }

    private static Event event(String name, JsonObjectBuilder rest) {
        return new Event(name, object().add("type", name).addAll(rest).build());
    }
}
