package io.mlxmanager.api.audit;

import io.mlxmanager.manage.audit.AuditFilter;
import io.mlxmanager.manage.audit.AuditRow;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;

/**
 * One reader of the live log. First come the rows replayed from the database, then live ones, each row once and in the
 * order of its id: live rows that arrive before the replay is done wait for it. One frame is under way at a time; what
 * comes meanwhile is queued up to a limit, beyond which rows are counted and the reader is told how many it missed.
 *
 * <p>Safe for many threads; never blocks. A frame leaves through {@link Sender}, outside of the monitor.
 */
final class LiveReader {

    static final int QUEUE_LIMIT = 1000;
    static final Duration PING_AFTER = Duration.ofSeconds(30);

    /** Starts to send a text and calls {@code done} later, on any thread, once the next may follow. */
    @FunctionalInterface
    interface Sender {
        void send(String frame, Runnable done);
    }

    private record Live(AuditRow row, Supplier<String> frame) {}

    private final AuditFilter filter;
    private final Sender sender;
    private final Clock clock;
    private final ArrayDeque<Live> queue = new ArrayDeque<>();

    private Instant lastFrame;
    private long lastId;
    private long missed;
    private boolean replaying = true;
    private boolean sending;

    LiveReader(AuditFilter filter, Sender sender, Clock clock) {
        this.filter = filter;
        this.sender = sender;
        this.clock = clock;
        this.lastFrame = clock.instant();
    }

    /** Begins with these rows, in whatever order; to be called once. */
    void replay(List<AuditRow> rows) {
        synchronized (this) {
            List<Live> live = List.copyOf(queue);
            queue.clear();
            rows.stream()
                    .sorted(Comparator.comparingLong(AuditRow::id))
                    .forEach(row -> queue.add(new Live(row, () -> Frames.log(row))));
            long newest = queue.isEmpty() ? 0 : queue.getLast().row().id();
            live.stream().filter(entry -> entry.row().id() > newest).forEach(queue::add);
            lastId = queue.isEmpty()
                    ? lastId
                    : Math.max(lastId, queue.getLast().row().id());
            replaying = false;
        }
        pump();
    }

    /** @param frame the row's frame, made once for all readers and only when one wants it */
    void offer(AuditRow row, Supplier<String> frame) {
        synchronized (this) {
            if (row.id() <= lastId || !filter.accepts(row)) {
                return;
            }
            lastId = row.id();
            if (queue.size() >= QUEUE_LIMIT) {
                missed++;
            } else {
                queue.add(new Live(row, frame));
            }
        }
        pump();
    }

    /** Sends a ping when nothing was sent for half a minute. */
    void tick() {
        synchronized (this) {
            if (sending || replaying || clock.instant().isBefore(lastFrame.plus(PING_AFTER))) {
                return;
            }
            begin();
        }
        sender.send(Frames.PING, this::sent);
    }

    private void sent() {
        synchronized (this) {
            sending = false;
        }
        pump();
    }

    private void pump() {
        String frame;
        synchronized (this) {
            if (sending || replaying) {
                return;
            }
            Live next = queue.poll();
            if (next != null) {
                frame = next.frame().get();
            } else if (missed > 0) {
                frame = Frames.missed(missed);
                missed = 0;
            } else {
                return;
            }
            begin();
        }
        sender.send(frame, this::sent);
    }

    private void begin() {
        sending = true;
        lastFrame = clock.instant();
    }
}
