package io.mlxmanager.engine.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class SilenceTest {

    private static final Duration LONGEST = Duration.ofSeconds(60);
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private long now = 7;
    private final Silence silence = new Silence(LONGEST, Duration.ofSeconds(2), now);

    /** How many looks, a second apart, find nothing wrong; at most as many as asked for. */
    private int quietLooks(int most) {
        for (int look = 0; look < most; look++) {
            now += SECOND;
            if (silence.tooLong(now)) {
                return look;
            }
        }
        return most;
    }

    @Test
    void whoSaysNothingForTooLongIsFound() {
        assertThat(quietLooks(100)).isEqualTo(59);
        assertThat(quietLooks(1)).isZero();
    }

    @Test
    void aSignOfLifeBeginsTheTimeAnew() {
        assertThat(quietLooks(59)).isEqualTo(59);
        silence.broken();
        assertThat(quietLooks(100)).isEqualTo(60);
    }

    @Test
    void signsOfLifeAtAnyPaceThatIsFastEnoughKeepItGoing() {
        for (int i = 0; i < 100; i++) {
            assertThat(quietLooks(58)).isEqualTo(58);
            silence.broken();
        }
    }

    @Test
    void timeInWhichNobodyListenedIsNotHeldAgainstIt() {
        quietLooks(10);
        now += Duration.ofHours(8).toNanos();
        assertThat(silence.tooLong(now)).isFalse();
        assertThat(quietLooks(100)).isEqualTo(47);
    }
}
