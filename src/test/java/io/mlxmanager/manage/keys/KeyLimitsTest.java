package io.mlxmanager.manage.keys;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlxmanager.manage.audit.AuditEntry;
import io.mlxmanager.manage.audit.AuditRow;
import io.mlxmanager.manage.audit.AuditStats;
import io.mlxmanager.manage.audit.AuditStatus;
import io.mlxmanager.manage.identity.KeyGrant;
import io.mlxmanager.manage.identity.KeyScope;
import io.mlxmanager.testing.MovableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

class KeyLimitsTest {

    private final MovableClock clock = new MovableClock(Instant.parse("2026-01-01T12:00:00Z"));
    private long earlierTokens = 40;
    private final KeyLimits limits =
            new KeyLimits(filter -> new AuditStats(1, Map.of(), Map.of(), 1, earlierTokens, 0), clock);

    private static KeyGrant grant(OptionalInt requests, OptionalLong tokens) {
        return new KeyGrant("k1", 1, Set.of(KeyScope.INFERENCE), List.of(), Optional.empty(), requests, tokens);
    }

    private void use(int tokens) {
        AuditEntry entry = AuditEntry.inference("r", "/v1/chat/completions")
                .caller(1L, "k1", null)
                .tokens(tokens, 0, 0)
                .end(AuditStatus.SUCCESS, Duration.ZERO);
        limits.recorded(new AuditRow(1, clock.instant(), entry, "", ""));
    }

    @Test
    void aKeyWithoutLimitsHasNone() {
        KeyLimits.Budget budget = limits.admit(grant(OptionalInt.empty(), OptionalLong.empty()));

        assertThat(budget.retryAfter()).isZero();
        assertThat(budget.requestLimit()).isEmpty();
        assertThat(budget.remainingTokens()).isEmpty();
    }

    @Test
    void requestsAreCountedByTheMinute() {
        KeyGrant grant = grant(OptionalInt.of(2), OptionalLong.empty());

        assertThat(limits.admit(grant).remainingRequests()).hasValue(1);
        clock.advance(Duration.ofSeconds(20));
        assertThat(limits.admit(grant).remainingRequests()).hasValue(0);
        assertThat(limits.admit(grant).retryAfter()).hasSeconds(40);
        assertThat(limits.admit(grant).retryAfter()).hasSeconds(40);
        clock.advance(Duration.ofSeconds(40));
        assertThat(limits.admit(grant).retryAfter()).isZero();
    }

    @Test
    void tokensAreCountedByTheDayFromTheLogAndOn() {
        KeyGrant grant = grant(OptionalInt.empty(), OptionalLong.of(100));

        assertThat(limits.admit(grant).remainingTokens()).hasValue(60);
        use(59);
        assertThat(limits.admit(grant).remainingTokens()).hasValue(1);
        use(500);
        assertThat(limits.admit(grant).remainingTokens()).hasValue(0);
        assertThat(limits.admit(grant).retryAfter()).isEqualTo(Duration.ofHours(12));

        earlierTokens = 0;
        clock.advance(Duration.ofHours(12));
        assertThat(limits.admit(grant).remainingTokens()).hasValue(100);
    }
}
