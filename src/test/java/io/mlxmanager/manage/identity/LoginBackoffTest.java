package io.mlxmanager.manage.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlxmanager.base.config.LoginConfig;
import io.mlxmanager.testing.MovableClock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class LoginBackoffTest {

    private static final String HOME = "192.0.2.1";

    private final MovableClock clock = new MovableClock(Instant.parse("2026-01-01T00:00:00Z"));
    private final LoginBackoff backoff = new LoginBackoff(new LoginConfig(3, Duration.ofSeconds(8)), clock);

    private void fail(String account, String address, int times) {
        for (int i = 0; i < times; i++) {
            backoff.failed(account, address);
        }
    }

    @Test
    void theFirstWrongPasswordsAreFree() {
        fail("ada", HOME, 2);

        assertThat(backoff.delay("ada", HOME, false)).isZero();
    }

    @Test
    void waitsDoubleUpToTheLimit() {
        fail("ada", HOME, 2);
        for (int seconds : new int[] {1, 2, 4, 8, 8}) {
            backoff.failed("ada", HOME);
            assertThat(backoff.delay("ada", HOME, false)).hasSeconds(seconds);
        }
    }

    @Test
    void aWaitEnds() {
        fail("ada", HOME, 3);
        clock.advance(Duration.ofSeconds(1));

        assertThat(backoff.delay("ada", HOME, false)).isZero();
    }

    @Test
    void aRightPasswordForgets() {
        fail("ada", HOME, 9);
        backoff.succeeded("ada", HOME);
        fail("ada", HOME, 2);

        assertThat(backoff.delay("ada", HOME, false)).isZero();
    }

    @Test
    void anotherAccountAtThatAddressMayTryUntilTheAddressIsSuspicious() {
        fail("ada", HOME, 5);
        assertThat(backoff.delay("bob", HOME, false)).isZero();

        fail("cat", HOME, 7);
        assertThat(backoff.delay("bob", HOME, false)).isPositive();
    }

    @Test
    void guessesFromManyAddressesSlowTheAccountDown() {
        for (int i = 0; i < 12; i++) {
            backoff.failed("ada", "198.51.100." + i);
        }

        assertThat(backoff.delay("ada", HOME, false)).isPositive();
    }

    @Test
    void guessesFromElsewhereNeverKeepTheLastAdministratorOut() {
        for (int i = 0; i < 200; i++) {
            backoff.failed("ada", "198.51.100." + i);
        }

        assertThat(backoff.delay("ada", HOME, true)).isZero();
        assertThat(backoff.delay("ada", HOME, false)).isPositive();
    }

    @Test
    void longSilenceForgets() {
        fail("ada", HOME, 9);
        clock.advance(Duration.ofHours(1));
        backoff.failed("ada", HOME);

        assertThat(backoff.delay("ada", HOME, false)).isZero();
    }
}
