package io.mlxmanager.api.models;

import io.mlxmanager.manage.download.DownloadState;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;

/** A download as clients see it: the same object in events, in answers and in lists. */
record DownloadView(DownloadState state) {

    JsonObject toJson() {
        JsonObjectBuilder view = Json.createObjectBuilder()
                .add("status", state.status().word())
                .add("progress", state.progress())
                .add("downloaded_bytes", state.downloadedBytes())
                .add("total_bytes", state.totalBytes());
        state.error().ifPresentOrElse(error -> view.add("error", error), () -> view.addNull("error"));
        view.add("download_id", state.id())
                .add("task_id", state.taskId())
                .add("model_id", state.modelId())
                .add("bytes_per_second", state.bytesPerSecond());
        state.etaSeconds().ifPresentOrElse(eta -> view.add("eta_seconds", eta), () -> view.addNull("eta_seconds"));
        return view.add("files_done", state.filesDone())
                .add("files_total", state.filesTotal())
                .add("started_at", state.startedAt().toString())
                .build();
    }

    /** What the calls answer that change a download. */
    JsonObjectBuilder changed() {
        return Json.createObjectBuilder()
                .add("id", state.id())
                .add("task_id", state.taskId())
                .add("download_id", state.id())
                .add("model_id", state.modelId())
                .add("status", state.status().word())
                .add("progress", state.progress())
                .add("downloaded_bytes", state.downloadedBytes())
                .add("total_bytes", state.totalBytes());
    }
}
