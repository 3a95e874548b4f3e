package io.mlxmanager.serve.probe;

import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.util.List;

/**
 * One thing that happened in a probe.
 *
 * @param step id of the step
 * @param status {@code running}, {@code completed}, {@code failed} or {@code skipped}
 * @param capability what the value is kept as; null for none
 * @param value JSON null for none
 * @param error why it failed, safe to show; null for none
 * @param diagnostics what whoever set the model up should know
 */
public record ProbeEvent(
        String step,
        String status,
        String capability,
        JsonValue value,
        String error,
        JsonObject details,
        List<Diagnostic> diagnostics) {

    /**
     * A remark.
     *
     * @param level {@code info}, {@code warning} or {@code action_needed}
     * @param category {@code family}, {@code tool_dialect}, {@code thinking_dialect}, {@code type} or {@code unsupported}
     */
    public record Diagnostic(String level, String category, String message) {}

    public ProbeEvent {
        diagnostics = List.copyOf(diagnostics);
    }

    private ProbeEvent(String step, String status, String capability, JsonValue value, String error) {
        this(step, status, capability, value, error, JsonValue.EMPTY_JSON_OBJECT, List.of());
    }

    static ProbeEvent running(String step, JsonObject details) {
        return new ProbeEvent(step, "running", null, JsonValue.NULL, null).withDetails(details);
    }

    static ProbeEvent completed(String step, String capability, JsonValue value) {
        return new ProbeEvent(step, "completed", capability, value, null);
    }

    static ProbeEvent failed(String step, String error) {
        return new ProbeEvent(step, "failed", null, JsonValue.NULL, error);
    }

    static ProbeEvent skipped(String step) {
        return new ProbeEvent(step, "skipped", null, JsonValue.NULL, null);
    }

    static ProbeEvent diagnosed(String step, Diagnostic diagnostic) {
        return new ProbeEvent(
                step, "completed", null, JsonValue.NULL, null, JsonValue.EMPTY_JSON_OBJECT, List.of(diagnostic));
    }

    /** All is done; {@code result} is what was found. */
    static ProbeEvent complete(JsonObject result) {
        return completed("probe_complete", null, JsonValue.NULL)
                .withDetails(Json.createObjectBuilder().add("result", result).build());
    }

    /** The report of a probe that is done, in Markdown. */
    public static ProbeEvent report(String markdown) {
        return completed("probe_report", null, JsonValue.NULL)
                .withDetails(Json.createObjectBuilder().add("report", markdown).build());
    }

    ProbeEvent withDetails(JsonObject more) {
        return new ProbeEvent(step, status, capability, value, error, more, diagnostics);
    }

    /** The shape of the API's event. */
    public JsonObject toJson() {
        JsonArrayBuilder remarks = Json.createArrayBuilder();
        for (Diagnostic diagnostic : diagnostics) {
            remarks.add(Json.createObjectBuilder()
                    .add("level", diagnostic.level())
                    .add("category", diagnostic.category())
                    .add("message", diagnostic.message())
                    .add("details", JsonValue.EMPTY_JSON_OBJECT));
        }
        return Json.createObjectBuilder()
                .add("step", step)
                .add("status", status)
                .add("capability", text(capability))
                .add("value", value)
                .add("error", text(error))
                .add("details", details)
                .add("diagnostics", remarks)
                .build();
    }

    private static JsonValue text(String text) {
        return text == null ? JsonValue.NULL : Json.createValue(text);
    }
}
