package io.mlxmanager.serve.probe;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;

/**
 * One thing that happened in a probe.
 *
 * @param step id of the step
 * @param status {@code running}, {@code completed}, {@code failed} or {@code skipped}
 * @param capability what the value is kept as; null for none
 * @param value JSON null for none
 * @param error why it failed, safe to show; null for none
 */
public record ProbeEvent(
        String step, String status, String capability, JsonValue value, String error, JsonObject details) {

    static ProbeEvent running(String step, JsonObject details) {
        return new ProbeEvent(step, "running", null, JsonValue.NULL, null, details);
    }

    static ProbeEvent completed(String step, String capability, JsonValue value) {
        return new ProbeEvent(step, "completed", capability, value, null, JsonValue.EMPTY_JSON_OBJECT);
    }

    static ProbeEvent failed(String step, String error) {
        return new ProbeEvent(step, "failed", null, JsonValue.NULL, error, JsonValue.EMPTY_JSON_OBJECT);
    }

    static ProbeEvent skipped(String step) {
        return new ProbeEvent(step, "skipped", null, JsonValue.NULL, null, JsonValue.EMPTY_JSON_OBJECT);
    }

    /** The shape of the API's event. */
    public JsonObject toJson() {
        return Json.createObjectBuilder()
                .add("step", step)
                .add("status", status)
                .add("capability", text(capability))
                .add("value", value)
                .add("error", text(error))
                .add("details", details)
                .add("diagnostics", JsonValue.EMPTY_JSON_ARRAY)
                .build();
    }

    private static JsonValue text(String text) {
        return text == null ? JsonValue.NULL : Json.createValue(text);
    }
}
