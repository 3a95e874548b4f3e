package io.mlxmanager.api.system;

import io.mlxmanager.manage.audit.AuditEntry;
import io.mlxmanager.manage.audit.AuditRow;
import io.mlxmanager.serve.health.MachineMemory;
import io.mlxmanager.serve.health.ProductVersion;
import io.mlxmanager.serve.pool.EngineStatus;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.time.Duration;
import java.util.Locale;

/** The server and what it does, as clients see it. */
final class SystemView {

    private static final double GIGABYTE = 1e9;

    private SystemView() {}

    static JsonObject info(EngineStatus status) {
        return Json.createObjectBuilder()
                .add("version", ProductVersion.current())
                .add("os_version", System.getProperty("os.name") + " " + System.getProperty("os.version"))
                .add("arch", System.getProperty("os.arch"))
                .add("java_version", System.getProperty("java.version"))
                .add("memory_gb", MachineMemory.now().total() / GIGABYTE)
                .add("engine", status.state().name().toLowerCase(Locale.ROOT))
                .add("engine_message", status.message())
                .add("backend", status.backend())
                .add("backend_version", status.version())
                .add("isa", status.isa())
                .add("device", status.device())
                .build();
    }

    /** A request that has ended, without who asked: it is shown to that user alone. */
    static JsonObject request(AuditRow row) {
        AuditEntry entry = row.entry();
        JsonObjectBuilder json = Json.createObjectBuilder()
                .add("id", row.id())
                .add("timestamp", row.recordedAt().toString())
                .add("endpoint", entry.endpoint())
                .add("status", entry.status().word())
                .add("duration_ms", entry.total().toMillis());
        text(json, "model", entry.model());
        text(json, "profile", entry.profile());
        text(json, "error_message", entry.errorMessage());
        number(json, "prompt_tokens", entry.promptTokens());
        number(json, "completion_tokens", entry.completionTokens());
        number(json, "cached_tokens", entry.cachedTokens());
        number(json, "first_token_ms", milliseconds(entry.timeToFirstToken()));
        return json.build();
    }

    private static Long milliseconds(Duration duration) {
        return duration == null ? null : (Long) duration.toMillis();
    }

    private static void text(JsonObjectBuilder json, String name, String value) {
        if (value == null) {
            json.addNull(name);
        } else {
            json.add(name, value);
        }
    }

    private static void number(JsonObjectBuilder json, String name, Number value) {
        if (value == null) {
            json.addNull(name);
        } else {
            json.add(name, value.longValue());
        }
    }
}
