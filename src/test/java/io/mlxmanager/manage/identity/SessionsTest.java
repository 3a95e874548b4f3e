package io.mlxmanager.manage.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mlxmanager.base.config.ByteSize;
import io.mlxmanager.base.config.ConfigValues;
import io.mlxmanager.base.config.PasswordConfig;
import io.mlxmanager.base.config.TokenConfig;
import io.mlxmanager.base.crypto.Secret;
import io.mlxmanager.base.problem.InvalidInput;
import io.mlxmanager.base.problem.Problem;
import io.mlxmanager.base.secrets.SecretRing;
import io.mlxmanager.testing.MovableClock;
import io.mlxmanager.testing.NoKeys;
import io.mlxmanager.testing.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SessionsTest {

    private static final String PASSWORD = "correct horse";

    private final MovableClock clock = new MovableClock(Instant.parse("2026-01-01T00:00:00Z"));
    private final TestDatabase database = new TestDatabase();
    private final Passwords passwords = new Passwords(new PasswordConfig(ByteSize.parse("64K"), 1, 1));
    private final TokenConfig config = TokenConfig.read(ConfigValues.of(Map.of()));
    private final SecretRing secrets = SecretRing.of(new Secret("a secret of the tests, of more than 32 bytes"));
    private final TokenIssuer issuer = new TokenIssuer(secrets, config, clock);
    private final TokenLedger ledger = new EndedTokens(database, clock);
    private final TokenVerifier verifier =
            new TokenVerifier(secrets, config, new Accounts(database), ledger, new NoKeys(), clock);
    private final Sessions sessions = new Sessions(database, passwords, issuer, ledger);
    private final Account ada = new Registration(database, passwords, clock).register("ada@example.org", PASSWORD);

    @AfterEach
    void close() {
        database.close();
    }

    private String token() {
        return issuer.issue(new Accounts(database).find(ada.id()).orElseThrow())
                .token()
                .value();
    }

    private boolean accepted(String token) {
        return catchThrowableOfType(TokenRefused.class, () -> verifier.verify(token)) == null;
    }

    @Test
    void logoutEndsThatTokenAlone() {
        String mine = token();
        String other = token();

        sessions.logout(verifier.verify(mine));

        assertThat(accepted(mine)).isFalse();
        assertThat(accepted(other)).isTrue();
    }

    @Test
    void ofManyWhoEndATokenAtOnceExactlyOneDoes() throws Exception {
        List<Callable<Boolean>> calls =
                Collections.nCopies(8, () -> ledger.end("one", clock.instant().plusSeconds(30)));
        ExecutorService pool = Executors.newFixedThreadPool(8);
        int ended = 0;
        try {
            for (var result : pool.invokeAll(calls)) {
                ended += result.get() ? 1 : 0;
            }
        } finally {
            pool.shutdown();
        }

        assertThat(ended).isEqualTo(1);
        assertThat(ledger.isEnded("one")).isTrue();
        assertThat(ledger.isEnded("two")).isFalse();
    }

    @Test
    void endedTokensAreForgottenOnlyWhenTheyAreExpiredAnyway() {
        String first = token();
        sessions.logout(verifier.verify(first));
        clock.advance(Duration.ofDays(6));
        sessions.logout(verifier.verify(token()));
        assertThat(accepted(first)).isFalse();

        clock.advance(Duration.ofDays(2));
        sessions.logout(verifier.verify(token()));

        Long remembered =
                database.call(entities -> entities.createQuery("SELECT COUNT(t) FROM EndedToken t", Long.class)
                        .getSingleResult());
        assertThat(remembered).isEqualTo(2);
    }

    @Test
    void logoutEverywhereEndsAll() {
        String one = token();
        String two = token();

        sessions.logoutEverywhere(ada.id());

        assertThat(accepted(one)).isFalse();
        assertThat(accepted(two)).isFalse();
        assertThat(accepted(token())).isTrue();
    }

    @Test
    void aNewPasswordEndsAllTokensAndGivesOne() {
        String old = token();

        IssuedToken fresh = sessions.changePassword(ada.id(), PASSWORD, "battery staple");

        assertThat(accepted(old)).isFalse();
        assertThat(accepted(fresh.token().value())).isTrue();
    }

    @Test
    void theOwnPasswordChangesOnlyForWhoKnowsIt() {
        String token = token();

        assertThatThrownBy(() -> sessions.changePassword(ada.id(), "wrong horse", "battery staple"))
                .isInstanceOfSatisfying(
                        Problem.class, wrong -> assertThat(wrong.status()).isEqualTo(403));
        assertThatThrownBy(() -> sessions.changePassword(ada.id(), PASSWORD, "short"))
                .isInstanceOf(InvalidInput.class);
        assertThat(accepted(token)).isTrue();
    }
}
