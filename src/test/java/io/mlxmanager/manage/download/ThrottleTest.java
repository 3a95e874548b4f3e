package io.mlxmanager.manage.download;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ThrottleTest {

    private static final long SECOND = 1_000_000_000;

    @Test
    void withoutALimitNobodyWaits() {
        assertThat(new Throttle(0).book(Long.MAX_VALUE, 5)).isZero();
    }

    @Test
    void overAMinuteTheLimitIsKept() {
        Throttle throttle = new Throttle(1000);
        long now = -7 * SECOND;
        long start = now;
        long bytes = 0;
        while (now - start < 60 * SECOND) {
            bytes += 100;
            now += throttle.book(100, now);
        }
        assertThat(bytes).isBetween(60_000L, 60_300L);
    }

    @Test
    void whatWasNotUsedIsNotSavedUp() {
        Throttle throttle = new Throttle(1000);
        throttle.book(100, 0);
        assertThat(throttle.book(1100, 100 * SECOND)).isEqualTo(SECOND);
    }

    @Test
    void thePauseGrowsAndHasAnEnd() {
        assertThat(Patience.backoff(1)).isBetween(Duration.ofMillis(125), Duration.ofMillis(250));
        assertThat(Patience.backoff(4)).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(2));
        assertThat(Patience.backoff(1000)).isBetween(Duration.ofSeconds(15), Duration.ofSeconds(30));
    }

    @Test
    void theSpeedIsThatOfTheLastSeconds() {
        Speed speed = new Speed();
        assertThat(speed.sample(1_000_000, 0)).isZero();
        assertThat(speed.sample(1_000_500, SECOND)).isEqualTo(500);
        for (int i = 2; i < 20; i++) {
            speed.sample(1_000_500, i * SECOND);
        }
        assertThat(speed.sample(1_000_500, 20 * SECOND)).isZero();
    }
}
