package io.mlxmanager.manage.download;

import java.time.Instant;
import java.util.Optional;

/**
 * A download at one moment.
 *
 * @param sequence grows with each change that observers may see
 * @param error why it failed; empty otherwise
 * @param totalBytes 0 until the hub has told
 * @param bytesPerSecond of the last seconds; 0 when nothing moves
 */
public record DownloadState(
        long id,
        String taskId,
        String modelId,
        DownloadStatus status,
        long sequence,
        long downloadedBytes,
        long totalBytes,
        int filesDone,
        int filesTotal,
        long bytesPerSecond,
        Optional<String> error,
        Instant startedAt,
        Optional<Instant> completedAt) {

    /** 0 to 100; 100 means complete and nothing less. */
    public int progress() {
        if (status == DownloadStatus.COMPLETED) {
            return 100;
        }
        return totalBytes == 0 ? 0 : (int) Math.min(99, (long) (100.0 * downloadedBytes / totalBytes));
    }

    /** Seconds to the end at the present speed; empty when nothing moves. */
    public Optional<Long> etaSeconds() {
        if (status != DownloadStatus.DOWNLOADING || bytesPerSecond <= 0 || totalBytes == 0) {
            return Optional.empty();
        }
        long left = Math.max(0, totalBytes - downloadedBytes);
        return Optional.of((left + bytesPerSecond - 1) / bytesPerSecond);
    }

    DownloadState withSequence(long number) {
        return new DownloadState(
                id,
                taskId,
                modelId,
                status,
                number,
                downloadedBytes,
                totalBytes,
                filesDone,
                filesTotal,
                bytesPerSecond,
                error,
                startedAt,
                completedAt);
    }
}
