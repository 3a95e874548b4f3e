package io.mlxmanager.api.servers;

import io.mlxmanager.serve.pool.LoadedModel;
import io.mlxmanager.serve.server.ServerStatus;
import io.mlxmanager.serve.server.ServerStatus.Phase;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/** A running profile as the API shows it. The process is the server's own: models run inside it. */
record ServerView(ServerStatus status) {

    private static final double MEGABYTE = 1e6;

    /** One row of the list. */
    JsonObject row(int port, long machineBytes, long limitBytes, Instant now) {
        long bytes = status.model().map(LoadedModel::bytes).orElse(0L);
        return Json.createObjectBuilder()
                .add("profile_id", status.profile().id())
                .add("profile_name", status.profile().name())
                .add("model_id", status.profile().settings().modelId())
                .add("pid", ProcessHandle.current().pid())
                .add("port", port)
                .add("state", word())
                .add("progress", progress())
                .add("health_status", status.phase() == Phase.FAILED ? "unhealthy" : "healthy")
                .add("uptime_seconds", uptime(now))
                .add("memory_mb", bytes / MEGABYTE)
                .add("memory_percent", 100.0 * bytes / machineBytes)
                .add("memory_limit_percent", 100.0 * bytes / limitBytes)
                .add("running", status.model().map(LoadedModel::running).orElse(0))
                .build();
    }

    /** The answer of the status call, and the data of each event. */
    JsonObject detail(Instant now) {
        JsonObjectBuilder json = Json.createObjectBuilder()
                .add("profile_id", status.profile().id())
                .add("model_id", status.profile().settings().modelId())
                .add("state", word())
                .add("progress", progress())
                .add("running", status.phase() == Phase.READY)
                .add("failed", status.phase() == Phase.FAILED)
                .add("pid", ProcessHandle.current().pid())
                .addNull("exit_code")
                .add("uptime_seconds", uptime(now));
        status.reason()
                .ifPresentOrElse(reason -> json.add("error_message", reason), () -> json.addNull("error_message"));
        return json.build();
    }

    /** Percent of the weights that were read. */
    int progress() {
        return status.model().map(LoadedModel::percent).orElse(0);
    }

    private long uptime(Instant now) {
        return status.readySince()
                .map(since -> Math.max(0, Duration.between(since, now).toSeconds()))
                .orElse(0L);
    }

    String word() {
        return status.phase().name().toLowerCase(Locale.ROOT);
    }
}
