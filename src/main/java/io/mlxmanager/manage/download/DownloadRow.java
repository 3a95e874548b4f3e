package io.mlxmanager.manage.download;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.NamedQuery;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Optional;

/** A download in the database. Lives inside one transaction. */
@Entity
@Table(name = "downloads")
@NamedQuery(name = "DownloadRow.byTask", query = "SELECT d FROM DownloadRow d WHERE d.taskId = :task")
@NamedQuery(
        name = "DownloadRow.active",
        query = "SELECT d FROM DownloadRow d WHERE d.activeModel IS NOT NULL ORDER BY d.id")
@NamedQuery(name = "DownloadRow.ofModel", query = "SELECT d FROM DownloadRow d WHERE d.activeModel = :model")
public class DownloadRow {

    private static final int LONGEST_ERROR = 1000;

    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    private Long id;

    @Column(name = "task_id")
    private String taskId;

    @Column(name = "model_id")
    private String modelId;

    @Column(name = "active_model")
    private String activeModel;

    private String revision;

    @Enumerated(EnumType.STRING)
    private DownloadStatus status;

    @Column(name = "total_bytes")
    private long totalBytes;

    @Column(name = "downloaded_bytes")
    private long downloadedBytes;

    @Column(name = "files_total")
    private int filesTotal;

    @Column(name = "files_done")
    private int filesDone;

    private String error;

    @Column(name = "started_at")
    private Instant startedAt;

    @Column(name = "completed_at")
    private Instant completedAt;

    /** For the persistence provider. */
    protected DownloadRow() {}

    DownloadRow(String taskId, String modelId, Instant startedAt) {
        this.taskId = taskId;
        this.modelId = modelId;
        this.activeModel = modelId;
        this.status = DownloadStatus.PENDING;
        this.startedAt = startedAt;
    }

    void take(DownloadState state) {
        status = state.status();
        activeModel = state.status().active() ? modelId : null;
        totalBytes = state.totalBytes();
        downloadedBytes = state.downloadedBytes();
        filesTotal = state.filesTotal();
        filesDone = state.filesDone();
        error = state.error()
                .map(text -> text.length() > LONGEST_ERROR ? text.substring(0, LONGEST_ERROR) : text)
                .orElse(null);
        completedAt = state.completedAt().orElse(null);
    }

    void setRevision(String commit) {
        revision = commit;
    }

    Optional<String> revision() {
        return Optional.ofNullable(revision);
    }

    DownloadState state() {
        return new DownloadState(
                id,
                taskId,
                modelId,
                status,
                0,
                downloadedBytes,
                totalBytes,
                filesDone,
                filesTotal,
                0,
                Optional.ofNullable(error),
                startedAt,
                Optional.ofNullable(completedAt));
    }
}
