package io.mlxmanager.protocol.openai;

import io.mlxmanager.chat.StreamEvent;
import io.mlxmanager.chat.Usage;
import jakarta.json.JsonObject;
import java.util.List;
import java.util.Optional;

/**
 * Turns the events of answers into the chunks of one of OpenAI's streams: {@link #opening} first, then {@link #chunk} for every
 * event, {@link #usage}, then the text {@link #DONE}.
 */
public interface ChunkStream {

    /** Data of the event that ends a stream; it is not JSON. */
    String DONE = "[DONE]";

    /**
     * The chunks that are sent before the first token is known.
     *
     * @param answers how many there will be
     */
    default List<JsonObject> opening(int answers) {
        return List.of();
    }

    /** The chunk of one event of the answer with that index. */
    JsonObject chunk(int index, StreamEvent event);

    /** The chunk behind all answers, if the caller asked for it. */
    Optional<JsonObject> usage(Usage usage);
}
