package io.mlxmanager.protocol.openai;

import static io.mlxmanager.protocol.openai.ChatCompletionWriter.JSON;

import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;

/**
 * One model of {@code GET /v1/models}. Both protocols ask at the same address, so each entry has the fields of both; clients of
 * either leave those of the other aside.
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
                .add("type", "model")
                .add("display_name", id)
                .add("created_at", created.truncatedTo(ChronoUnit.SECONDS).toString())
                .build();
    }

    /** The body of {@code GET /v1/models}, in the given order. */
    public static JsonObject list(List<ModelEntry> entries) {
        JsonArrayBuilder data = JSON.createArrayBuilder();
        entries.forEach(entry -> data.add(entry.toJson()));
        JsonObjectBuilder list = JSON.createObjectBuilder()
                .add("object", "list")
                .add("data", data)
                .add("has_more", false);
        if (entries.isEmpty()) {
            return list.addNull("first_id").addNull("last_id").build();
        }
        return list.add("first_id", entries.get(0).id())
                .add("last_id", entries.get(entries.size() - 1).id())
                .build();
    }
}
