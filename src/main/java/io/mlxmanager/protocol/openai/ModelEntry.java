package io.mlxmanager.protocol.openai;

import static io.mlxmanager.protocol.openai.ChatCompletionWriter.JSON;

import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * One model of {@code GET /v1/models}.
 *
 * @param id the name to use in requests
 * @param created whole seconds are written
 * @param ownedBy the organisation, for example {@code mlx-community}
 */
public record ModelEntry(String id, Instant created, String ownedBy) {

    public ModelEntry {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(created, "created");
        Objects.requireNonNull(ownedBy, "ownedBy");
    }

    /** The body of {@code GET /v1/models/{id}}. */
    public JsonObject toJson() {
        return JSON.createObjectBuilder()
                .add("id", id)
                .add("object", "model")
                .add("created", created.getEpochSecond())
                .add("owned_by", ownedBy)
                .build();
    }

    /** The body of {@code GET /v1/models}, in the given order. */
    public static JsonObject list(List<ModelEntry> entries) {
        JsonArrayBuilder data = JSON.createArrayBuilder();
        entries.forEach(entry -> data.add(entry.toJson()));
        return JSON.createObjectBuilder()
                .add("object", "list")
                .add("data", data)
                .build();
    }
}
