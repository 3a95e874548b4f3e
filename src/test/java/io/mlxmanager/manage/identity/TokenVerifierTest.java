package io.mlxmanager.manage.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mlxmanager.base.config.ConfigValues;
import io.mlxmanager.base.config.TokenConfig;
import io.mlxmanager.base.crypto.Secret;
import io.mlxmanager.base.secrets.SecretRing;
import io.mlxmanager.manage.identity.TokenRefused.Reason;
import io.mlxmanager.testing.MovableClock;
import io.mlxmanager.testing.NoKeys;
import io.mlxmanager.testing.TokenMatrix;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TokenVerifierTest {

    private static final String SECRET = "a secret of the tests, of more than 32 bytes";
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final TokenMatrix MATRIX = new TokenMatrix(SECRET, NOW);

    private final MovableClock clock = new MovableClock(NOW);
    private final Map<Long, Account> accounts = new ConcurrentHashMap<>(Map.of(
            1L, account(1, UserStatus.APPROVED, 0),
            2L, account(2, UserStatus.PENDING, 0),
            3L, account(3, UserStatus.DISABLED, 0)));
    private final TokenConfig config = TokenConfig.read(ConfigValues.of(Map.of("mlx-manager.jwt-secret", SECRET)));
    private final SecretRing secrets = SecretRing.of(new Secret(SECRET));
    private final TokenLedger ledger = new TokenLedger() {
        private final Set<String> ended = ConcurrentHashMap.newKeySet();

        @Override
        public boolean isEnded(String tokenId) {
            return ended.contains(tokenId);
        }

        @Override
        public boolean end(String tokenId, Instant expiresAt) {
            return ended.add(tokenId);
        }
    };
    private final TokenVerifier verifier = new TokenVerifier(
            secrets, config, id -> Optional.ofNullable(accounts.get(id)), ledger, new NoKeys(), clock);
    private final TokenIssuer issuer = new TokenIssuer(secrets, config, clock);

    private static Account account(long id, UserStatus status, int generation) {
        return new Account(
                id, "user" + id + "@example.org", id == 1, Set.of(Role.AUDITOR), status, generation, NOW, null, null);
    }

    static List<TokenMatrix.Row> matrix() {
        return MATRIX.rows(new TokenMatrix.Subjects(1, 2, 3, 4));
    }

    private Reason refusal(String token) {
        return catchThrowableOfType(TokenRefused.class, () -> verifier.verify(token))
                .reason();
    }

    @ParameterizedTest
    @MethodSource("matrix")
    void judgesEachTokenOfTheMatrix(TokenMatrix.Row row) {
        if (row.accepted()) {
            assertThat(verifier.verify(row.token()).userId()).isEqualTo(1);
        } else {
            assertThat(refusal(row.token()).name()).isIn((Object[]) row.reason().split("\\|", -1));
        }
    }

    @Test
    void acceptsWhatTheIssuerMakesAndDescribesTheCallerFromTheDatabase() {
        String token = issuer.issue(accounts.get(1L)).token().value();
        accounts.put(1L, new Account(1, "new@example.org", false, Set.of(), UserStatus.APPROVED, 0, NOW, null, null));

        Caller caller = verifier.verify(token);

        assertThat(caller.getName()).isEqualTo("new@example.org");
        assertThat(caller.getGroups()).containsExactly("user");
        assertThat(caller.isAdmin()).isFalse();
        assertThat(caller.getSubject()).isEqualTo("1");
        assertThat(caller.getIssuer()).isEqualTo("mlx-manager");
        assertThat(caller.getAudience()).containsExactly("mlx-manager");
        assertThat(caller.getTokenID()).isNotBlank();
        assertThat(caller.getIssuedAtTime()).isEqualTo(NOW.getEpochSecond());
        assertThat(caller.expiresAt()).isEqualTo(NOW.plus(Duration.ofDays(7)));
        assertThat(caller.getRawToken()).isEqualTo(token);
        assertThat(caller.toString()).doesNotContain(token);
    }

    @Test
    void aTokenIsGoodUntilItsExpiryAndTheToleranceAreOver() {
        String token = issuer.issue(accounts.get(1L)).token().value();
        clock.advance(Duration.ofDays(7).plusSeconds(9));
        assertThatCode(() -> verifier.verify(token)).doesNotThrowAnyException();

        clock.advance(Duration.ofSeconds(2));
        assertThat(refusal(token)).isEqualTo(Reason.EXPIRED);
    }

    @Test
    void aChangeOfStatusOrGenerationCountsOnTheNextCall() {
        String token = issuer.issue(accounts.get(1L)).token().value();
        verifier.verify(token);

        accounts.put(1L, account(1, UserStatus.DISABLED, 0));
        assertThat(refusal(token)).isEqualTo(Reason.DISABLED);
        accounts.put(1L, account(1, UserStatus.APPROVED, 1));
        assertThat(refusal(token)).isEqualTo(Reason.SUPERSEDED);
        accounts.remove(1L);
        assertThat(refusal(token)).isEqualTo(Reason.UNKNOWN_USER);
    }

    @Test
    void aTokenOfAnotherSecretIsRefusedByTheNameOfItsKey() {
        TokenIssuer other = new TokenIssuer(SecretRing.of(new Secret(SECRET + "!")), config, clock);

        assertThat(refusal(other.issue(accounts.get(1L)).token().value())).isEqualTo(Reason.UNKNOWN_KEY);
    }

    @Test
    void aTicketIsGoodOnceOnItsPathAndStandsForTheLogin() {
        Caller session = verifier.verify(issuer.issue(accounts.get(1L)).token().value());
        String ticket = issuer.ticket(session, "/api/stream").token().value();

        assertThat(refusal(ticket)).isEqualTo(Reason.TICKET);
        assertThat(refusalAt(ticket, "/api/other")).isEqualTo(Reason.TICKET);
        Caller caller = verifier.verifyAt(ticket, "/api/stream");
        assertThat(caller.userId()).isEqualTo(1);
        assertThat(caller.session()).isEqualTo(session.session());
        assertThat(caller.expiresAt()).isEqualTo(session.expiresAt());
        assertThat(refusalAt(ticket, "/api/stream")).isEqualTo(Reason.TICKET);
    }

    @Test
    void aTicketIsGoodForHalfAMinute() {
        Caller session = verifier.verify(issuer.issue(accounts.get(1L)).token().value());
        String ticket = issuer.ticket(session, "/api/stream").token().value();
        clock.advance(Duration.ofSeconds(30).plus(config.clockSkew()));

        assertThat(refusalAt(ticket, "/api/stream")).isEqualTo(Reason.EXPIRED);
    }

    @Test
    void aTicketAndWhatItOpenedEndWithTheLogin() {
        Caller session = verifier.verify(issuer.issue(accounts.get(1L)).token().value());
        String unused = issuer.ticket(session, "/api/stream").token().value();
        Caller opened =
                verifier.verifyAt(issuer.ticket(session, "/api/stream").token().value(), "/api/stream");
        verifier.recheck(opened);

        ledger.end(session.session().orElseThrow(), session.expiresAt());

        assertThat(refusalAt(unused, "/api/stream")).isEqualTo(Reason.SUPERSEDED);
        assertThat(lost(opened)).isEqualTo(Reason.SUPERSEDED);
    }

    @Test
    void anOpenChannelLosesItsRightWithTheUserOrTheLogin() {
        Caller caller = verifier.verify(issuer.issue(accounts.get(1L)).token().value());
        verifier.recheck(caller);

        accounts.put(1L, account(1, UserStatus.DISABLED, 0));
        assertThat(lost(caller)).isEqualTo(Reason.DISABLED);
        accounts.put(1L, account(1, UserStatus.APPROVED, 1));
        assertThat(lost(caller)).isEqualTo(Reason.SUPERSEDED);
        accounts.put(1L, account(1, UserStatus.APPROVED, 0));
        clock.advance(Duration.ofDays(7));
        assertThat(lost(caller)).isEqualTo(Reason.EXPIRED);
    }

    private Reason refusalAt(String token, String path) {
        return catchThrowableOfType(TokenRefused.class, () -> verifier.verifyAt(token, path))
                .reason();
    }

    private Reason lost(Caller caller) {
        return catchThrowableOfType(TokenRefused.class, () -> verifier.recheck(caller))
                .reason();
    }

    @Test
    void afterARotationOldTokensAreGoodAsLongAsTheirSecretIsKept() {
        String old = issuer.issue(accounts.get(1L)).token().value();
        Secret next = new Secret("the next secret of the tests, also long enough");

        TokenVerifier keeping = new TokenVerifier(
                SecretRing.of(next, new Secret(SECRET)),
                config,
                id -> Optional.ofNullable(accounts.get(id)),
                ledger,
                new NoKeys(),
                clock);
        TokenVerifier forgetting = new TokenVerifier(
                SecretRing.of(next), config, id -> Optional.ofNullable(accounts.get(id)), ledger, new NoKeys(), clock);

        assertThat(keeping.verify(old).userId()).isEqualTo(1);
        assertThat(keeping.verify(MATRIX.valid(1)).userId()).isEqualTo(1);
        assertThat(catchThrowableOfType(TokenRefused.class, () -> forgetting.verify(old))
                        .reason())
                .isEqualTo(Reason.UNKNOWN_KEY);
    }

    @Test
    void nothingIsAToken() {
        assertThat(refusal(null)).isEqualTo(Reason.MISSING);
        assertThat(refusal(" \t")).isEqualTo(Reason.MISSING);
    }
}
