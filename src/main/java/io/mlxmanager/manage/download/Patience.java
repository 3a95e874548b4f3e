package io.mlxmanager.manage.download;

import io.mlxmanager.manage.hub.HubProblem;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** How a run bears failures: what may pass is tried again after a while, for so many times in a row. Any thread. */
final class Patience {

    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(250);

    private final Halt halt;
    private final int attempts;

    /** @param attempts failures in a row after which it ends */
    Patience(Halt halt, int attempts) {
        this.halt = halt;
        this.attempts = attempts;
    }

    /** Waits before the next try, or throws what went wrong when it will not pass or came too often. */
    void pauseAfter(Exception cause, int failures) {
        Optional<Duration> asked = Optional.empty();
        if (cause instanceof HubProblem problem) {
            if (!problem.passing() || failures >= attempts) {
                throw problem;
            }
            asked = problem.retryAfter();
        } else if (failures >= attempts) {
            throw new DownloadFailed("The connection broke off " + failures + " times in a row: " + cause.getMessage());
        }
        halt.pause(asked.orElseGet(() -> backoff(failures)));
    }

    /** Does what asks the hub until it succeeds. */
    <T> T retrying(Halt.Opening<T> work) {
        for (int failures = 1; ; failures++) {
            try {
                return work.open();
            } catch (HubProblem e) {
                pauseAfter(e, failures);
            }
        }
    }

    /** Twice as long each time, with a random part, so that many clients do not come back together. */
    static Duration backoff(int failures) {
        long most = Math.min(LONGEST_PAUSE.toMillis(), FIRST_PAUSE.toMillis() << Math.min(20, failures - 1));
        return Duration.ofMillis(most / 2 + ThreadLocalRandom.current().nextLong(most / 2 + 1));
    }
}
