package io.mlxmanager.serve.tools;

import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;

/** Puts the JSON Schema of a tool's arguments together, in the order in which they are named. */
final class ToolSchema {

    private final JsonObjectBuilder properties = Json.createObjectBuilder();
    private final JsonArrayBuilder required = Json.createArrayBuilder();

    ToolSchema required(String name, String type, String description) {
        required.add(name);
        return optional(name, type, description);
    }

    ToolSchema optional(String name, String type, String description) {
        properties.add(name, Json.createObjectBuilder().add("type", type).add("description", description));
        return this;
    }

    JsonObject build() {
        return Json.createObjectBuilder()
                .add("type", "object")
                .add("properties", properties)
                .add("required", required)
                .build();
    }
}
