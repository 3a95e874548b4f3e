package io.mlxmanager.api.audit;

import io.mlxmanager.manage.audit.AuditEntry;
import io.mlxmanager.manage.audit.AuditRow;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.time.Duration;

/** A row as clients see one; what is unknown is null, never missing. */
record AuditView(AuditRow row) {

    JsonObject toJson() {
        AuditEntry entry = row.entry();
        JsonObjectBuilder json = Json.createObjectBuilder()
                .add("id", row.id())
                .add("kind", entry.kind().word())
                .add("request_id", entry.requestId())
                .add("timestamp", row.recordedAt().toString());
        add(json, "user_id", entry.userId());
        add(json, "key_id", entry.keyId());
        add(json, "client_address", entry.clientAddress());
        add(json, "model", entry.model());
        add(json, "profile", entry.profile());
        add(json, "backend_type", entry.backend());
        json.add("endpoint", entry.endpoint());
        add(json, "subject", entry.subject());
        json.add("duration_ms", entry.total().toMillis());
        json.add("status", entry.status().word());
        add(json, "finish_reason", entry.finishReason());
        add(json, "prompt_tokens", entry.promptTokens());
        add(json, "completion_tokens", entry.completionTokens());
        add(json, "total_tokens", entry.totalTokens());
        add(json, "cached_tokens", entry.cachedTokens());
        add(json, "queue_ms", entry.queueTime());
        add(json, "first_token_ms", entry.timeToFirstToken());
        add(json, "error_type", entry.errorType());
        add(json, "error_message", entry.errorMessage());
        return json.build();
    }

    private static void add(JsonObjectBuilder json, String name, String value) {
        if (value == null) {
            json.addNull(name);
        } else {
            json.add(name, value);
        }
    }

    private static void add(JsonObjectBuilder json, String name, Number value) {
        if (value == null) {
            json.addNull(name);
        } else {
            json.add(name, value.longValue());
        }
    }

    private static void add(JsonObjectBuilder json, String name, Duration value) {
        add(json, name, value == null ? null : (Number) value.toMillis());
    }
}
