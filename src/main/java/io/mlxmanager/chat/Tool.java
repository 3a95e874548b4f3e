package io.mlxmanager.chat;

import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.util.Objects;

/**
 * A function the model may call.
 *
 * @param name as the model must write it
 * @param description for the model, possibly empty
 * @param parameters JSON Schema of the arguments; an empty object when none was given
 * @param strict whether the caller asked for arguments that always match {@code parameters}
 * @param raw the declaration as templates see it, {@code {"type":"function","function":{...}}}, with every field the caller
 *     gave in the caller's order, because templates print it as it is
 */
public record Tool(String name, String description, JsonObject parameters, boolean strict, JsonObject raw) {

    public Tool {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(description, "description");
        Objects.requireNonNull(parameters, "parameters");
        Objects.requireNonNull(raw, "raw");
    }

    /** Reads a declaration of the form {@code {"type":"function","function":{"name":…,"description":…,"parameters":…}}}. */
    public static Tool fromDeclaration(JsonObject raw) {
        JsonObject function = raw.getJsonObject("function");
        JsonValue parameters = function.getOrDefault("parameters", JsonValue.EMPTY_JSON_OBJECT);
        return new Tool(
                function.getString("name"),
                function.getString("description", ""),
                parameters instanceof JsonObject schema ? schema : JsonValue.EMPTY_JSON_OBJECT,
                function.getBoolean("strict", false),
                raw);
    }
}
