package io.mlxmanager.manage.settings;

import io.mlxmanager.base.json.JsonFields;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.time.Duration;

/** How long requests may take, from the request to the end of the answer. */
public record TimeoutSettings(Duration chat, Duration completions, Duration embeddings) {

    private static final int MINUTE = 60;
    private static final int TWO_HOURS = 7200;

    static TimeoutSettings configured(Duration chat) {
        return new TimeoutSettings(chat, Duration.ofMinutes(10), Duration.ofMinutes(2));
    }

    /**
     * Reads a body; what it leaves out stays as it is.
     *
     * @throws io.mlxmanager.base.problem.InvalidInput naming every field at fault
     */
    public static TimeoutSettings read(JsonFields body, TimeoutSettings before) {
        Duration chat = seconds(body, "chat_seconds", MINUTE, TWO_HOURS, before.chat);
        Duration completions = seconds(body, "completions_seconds", MINUTE, TWO_HOURS, before.completions);
        Duration embeddings = seconds(body, "embeddings_seconds", MINUTE / 2, 600, before.embeddings);
        body.end();
        return new TimeoutSettings(chat, completions, embeddings);
    }

    private static Duration seconds(JsonFields body, String field, int min, int max, Duration before) {
        return Duration.ofSeconds(body.optionalInt(field, min, max).orElse((int) before.toSeconds()));
    }

    /** The names of the API. */
    public JsonObject toJson() {
        return Json.createObjectBuilder()
                .add("chat_seconds", chat.toSeconds())
                .add("completions_seconds", completions.toSeconds())
                .add("embeddings_seconds", embeddings.toSeconds())
                .build();
    }
}
