package io.mlxmanager.api.models;

import io.mlxmanager.api.sse.EventStream;
import io.mlxmanager.manage.download.DownloadState;
import io.mlxmanager.manage.download.ProgressFeed;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** One observer of one download: the present state first unless it is known already, then each change, then the end. */
final class ProgressStream {

    private static final Duration KEEP_ALIVE = Duration.ofSeconds(15);
    private static final Duration STEP = Duration.ofSeconds(1);

    private final ProgressFeed feed;
    private final String lastEvent;
    private final Duration keepAlive;
    private final Duration step;

    /** @param lastEvent what the client saw last; may be absent or anything */
    ProgressStream(ProgressFeed feed, String lastEvent) {
        this(feed, lastEvent, KEEP_ALIVE, STEP);
    }

    /** @param step how often is asked whether the caller still may; keepAlive is a multiple of it */
    ProgressStream(ProgressFeed feed, String lastEvent, Duration keepAlive, Duration step) {
        this.feed = feed;
        this.lastEvent = lastEvent == null ? "" : lastEvent;
        this.keepAlive = keepAlive;
        this.step = step;
    }

    /** Writes until the download has ended or the caller has lost the right to see it. */
    void run(EventStream events, BooleanSupplier lost) throws InterruptedException {
        DownloadState state = feed.current();
        boolean known = lastEvent.equals(Long.toString(state.sequence()));
        if (!known || !state.status().active()) {
            send(events, state);
        }
        int silent = 0;
        while (state.status().active() && !lost.getAsBoolean()) {
            Optional<DownloadState> next = feed.awaitAfter(state.sequence(), step);
            if (next.isPresent()) {
                state = next.get();
                send(events, state);
                silent = 0;
            } else if (step.multipliedBy(++silent).compareTo(keepAlive) >= 0) {
                events.comment("keep-alive");
                silent = 0;
            }
        }
    }

    private static void send(EventStream events, DownloadState state) {
        events.data(
                Long.toString(state.sequence()),
                new DownloadView(state).toJson().toString());
    }
}
