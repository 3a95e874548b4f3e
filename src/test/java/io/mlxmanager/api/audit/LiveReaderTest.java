package io.mlxmanager.api.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlxmanager.manage.audit.AuditEntry;
import io.mlxmanager.manage.audit.AuditFilter;
import io.mlxmanager.manage.audit.AuditRow;
import io.mlxmanager.manage.audit.AuditStatus;
import io.mlxmanager.testing.MovableClock;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.StringReader;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LiveReaderTest {

    private final MovableClock clock = new MovableClock(Instant.parse("2026-01-01T00:00:00Z"));
    private final List<String> frames = new ArrayList<>();
    private final ArrayDeque<Runnable> underWay = new ArrayDeque<>();

    private LiveReader reader(AuditFilter filter) {
        return new LiveReader(
                filter,
                (frame, done) -> {
                    frames.add(frame);
                    underWay.add(done);
                },
                clock);
    }

    private static AuditRow row(long id, long user) {
        AuditEntry entry = AuditEntry.inference("req_" + id, "/v1/chat/completions")
                .caller(user, null, null)
                .end(AuditStatus.SUCCESS, Duration.ZERO);
        return new AuditRow(id, Instant.EPOCH, entry, "", "");
    }

    private static void offer(LiveReader reader, long... ids) {
        LongStream.of(ids).forEach(id -> reader.offer(row(id, 1), () -> Frames.log(row(id, 1))));
    }

    /** Lets every frame under way arrive, and those that follow it. */
    private void drain() {
        while (!underWay.isEmpty()) {
            underWay.poll().run();
        }
    }

    private List<Long> ids() {
        return frames.stream()
                .map(LiveReaderTest::json)
                .filter(frame -> frame.getString("type").equals("log"))
                .map(frame -> frame.getJsonObject("data").getJsonNumber("id").longValue())
                .toList();
    }

    private static JsonObject json(String text) {
        try (var reader = Json.createReader(new StringReader(text))) {
            return reader.readObject();
        }
    }

    @Test
    void replayComesFirstOldestFirstAndThenWhatIsLive() {
        LiveReader reader = reader(AuditFilter.ALL);
        reader.replay(List.of(row(2, 1), row(1, 1)));
        offer(reader, 3, 4);
        drain();

        assertThat(ids()).containsExactly(1L, 2L, 3L, 4L);
    }

    @Test
    void aRowRecordedWhileTheReplayIsReadComesOnceAndInOrder() {
        LiveReader reader = reader(AuditFilter.ALL);
        offer(reader, 2, 3);
        assertThat(frames).isEmpty();
        reader.replay(List.of(row(2, 1), row(1, 1)));
        drain();

        assertThat(ids()).containsExactly(1L, 2L, 3L);
    }

    @Test
    void aReplayThatIsNewerThanTheFirstLiveRowsSwallowsThem() {
        LiveReader reader = reader(AuditFilter.ALL);
        reader.replay(List.of(row(1, 1), row(2, 1), row(3, 1)));
        offer(reader, 2, 3, 4);
        drain();

        assertThat(ids()).containsExactly(1L, 2L, 3L, 4L);
    }

    @Test
    void onlyOneFrameIsUnderWayAtATime() {
        LiveReader reader = reader(AuditFilter.ALL);
        reader.replay(List.of());
        offer(reader, 1, 2, 3);

        assertThat(frames).hasSize(1);
        underWay.poll().run();
        assertThat(frames).hasSize(2);
    }

    @Test
    void aSlowReaderIsToldHowManyRowsItMissedAndGoesOn() {
        LiveReader reader = reader(AuditFilter.ALL);
        reader.replay(List.of());
        offer(reader, LongStream.rangeClosed(1, LiveReader.QUEUE_LIMIT + 6).toArray());
        drain();
        offer(reader, 5000);
        drain();

        // One row is under way, the queue holds its limit, five are missed.
        assertThat(frames).contains("{\"type\":\"missed\",\"count\":5}");
        assertThat(ids()).hasSize(LiveReader.QUEUE_LIMIT + 2).endsWith(5000L);
    }

    @Test
    void rowsOfOthersAreNotSent() {
        LiveReader reader = reader(AuditFilter.of(7));
        reader.replay(List.of());
        reader.offer(row(1, 1), () -> "must not be made");
        reader.offer(row(2, 7), () -> Frames.log(row(2, 7)));
        drain();

        assertThat(ids()).containsExactly(2L);
    }

    @Test
    void silenceIsBrokenByAPingAfterHalfAMinuteAndNotBefore() {
        LiveReader reader = reader(AuditFilter.ALL);
        reader.replay(List.of());
        clock.advance(Duration.ofSeconds(29));
        reader.tick();
        assertThat(frames).isEmpty();

        clock.advance(Duration.ofSeconds(1));
        reader.tick();
        reader.tick();
        assertThat(frames).containsExactly("{\"type\":\"ping\"}");

        drain();
        offer(reader, 1);
        drain();
        assertThat(ids()).containsExactly(1L);
    }
}
