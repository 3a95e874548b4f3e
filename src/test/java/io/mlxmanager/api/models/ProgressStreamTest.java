package io.mlxmanager.api.models;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlxmanager.api.sse.EventStream;
import io.mlxmanager.manage.download.DownloadState;
import io.mlxmanager.manage.download.DownloadStatus;
import io.mlxmanager.manage.download.ProgressFeed;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class ProgressStreamTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private static DownloadState state(DownloadStatus status, long bytes, String error) {
        return new DownloadState(
                7,
                "task",
                "ada/small",
                status,
                0,
                bytes,
                200,
                1,
                2,
                10,
                Optional.ofNullable(error),
                Instant.EPOCH,
                Optional.empty());
    }

    private String run(ProgressFeed feed, String lastEvent, Duration keepAlive, int steps) throws Exception {
        AtomicInteger asked = new AtomicInteger();
        new ProgressStream(feed, lastEvent, keepAlive, Duration.ofMillis(1))
                .run(new EventStream(out), () -> asked.getAndIncrement() >= steps);
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void aLateObserverGetsThePresentStateFirst() throws Exception {
        ProgressFeed feed = new ProgressFeed(state(DownloadStatus.DOWNLOADING, 84, null));

        String text = run(feed, null, Duration.ofHours(1), 0);

        List<String> lines = text.lines().toList();
        assertThat(lines.get(0)).isEqualTo("id: " + feed.current().sequence());
        JsonObject frame =
                Json.createReader(new StringReader(lines.get(1).substring(6))).readObject();
        assertThat(frame.keySet())
                .containsExactly(
                        "status",
                        "progress",
                        "downloaded_bytes",
                        "total_bytes",
                        "error",
                        "download_id",
                        "task_id",
                        "model_id",
                        "bytes_per_second",
                        "eta_seconds",
                        "files_done",
                        "files_total",
                        "started_at");
        assertThat(frame.getString("status")).isEqualTo("downloading");
        assertThat(frame.getInt("progress")).isEqualTo(42);
        assertThat(frame.isNull("error")).isTrue();
        assertThat(frame.getInt("download_id")).isEqualTo(7);
        assertThat(frame.getInt("eta_seconds")).isEqualTo(12);
    }

    @Test
    void anObserverWhoComesBackIsNotToldAgainWhatItKnows() throws Exception {
        ProgressFeed feed = new ProgressFeed(state(DownloadStatus.DOWNLOADING, 84, null));

        assertThat(run(feed, Long.toString(feed.current().sequence()), Duration.ofHours(1), 2))
                .isEmpty();
    }

    @Test
    void theStreamEndsAfterTheFinalState() throws Exception {
        ProgressFeed feed = new ProgressFeed(state(DownloadStatus.FAILED, 84, "no room"));

        String text = run(feed, Long.toString(feed.current().sequence()), Duration.ofHours(1), Integer.MAX_VALUE);

        assertThat(text)
                .contains("\"status\":\"failed\"", "\"error\":\"no room\"")
                .containsOnlyOnce("data: ");
    }

    @Test
    void silenceIsFilledWithComments() throws Exception {
        ProgressFeed feed = new ProgressFeed(state(DownloadStatus.PAUSED, 84, null));

        assertThat(run(feed, null, Duration.ofMillis(2), 5))
                .contains(": keep-alive\n\n")
                .contains("\"paused\"");
    }
}
