package io.mlxmanager.manage.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mlxmanager.base.config.ByteSize;
import io.mlxmanager.base.config.ConfigValues;
import io.mlxmanager.base.config.PasswordConfig;
import io.mlxmanager.base.config.TokenConfig;
import io.mlxmanager.base.crypto.Secret;
import io.mlxmanager.base.problem.Problem;
import io.mlxmanager.base.secrets.SecretRing;
import io.mlxmanager.manage.identity.Account;
import io.mlxmanager.manage.identity.AccountChange;
import io.mlxmanager.manage.identity.Accounts;
import io.mlxmanager.manage.identity.Caller;
import io.mlxmanager.manage.identity.EndedTokens;
import io.mlxmanager.manage.identity.KeyScope;
import io.mlxmanager.manage.identity.Passwords;
import io.mlxmanager.manage.identity.Registration;
import io.mlxmanager.manage.identity.TokenRefused;
import io.mlxmanager.manage.identity.TokenRefused.Reason;
import io.mlxmanager.manage.identity.TokenVerifier;
import io.mlxmanager.manage.identity.UserAdministration;
import io.mlxmanager.manage.identity.UserStatus;
import io.mlxmanager.testing.MovableClock;
import io.mlxmanager.testing.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApiKeysTest {

    private static final Secret SECRET = new Secret("a secret of the tests, of more than 32 bytes");
    private static final Secret NEXT = new Secret("the next secret of the tests, also long enough");

    private final MovableClock clock = new MovableClock(Instant.parse("2026-01-01T00:00:00Z"));
    private final TestDatabase database = new TestDatabase();
    private final Passwords passwords = new Passwords(new PasswordConfig(ByteSize.parse("64K"), 1, 1));
    private final ApiKeys keys = new ApiKeys(database, SecretRing.of(SECRET), clock);
    private final Registration registration = new Registration(database, passwords, clock);
    private final Account ada = registration.register("ada@example.org", "correct horse");
    private final Account bob = registration.register("bob@example.org", "correct horse");

    @AfterEach
    void close() {
        database.close();
    }

    private static KeyOrder order(List<String> models, Instant expiry) {
        return new KeyOrder(
                "ci",
                Set.of(KeyScope.INFERENCE),
                models,
                Optional.ofNullable(expiry),
                OptionalInt.of(60),
                OptionalLong.empty());
    }

    private NewKey key() {
        return keys.create(
                ada.id(), order(List.of("mlx-community/*"), clock.instant().plusSeconds(60)));
    }

    private TokenVerifier verifier(ApiKeys lookup) {
        return new TokenVerifier(
                SecretRing.of(SECRET),
                TokenConfig.read(ConfigValues.of(Map.of())),
                new Accounts(database),
                new EndedTokens(database, clock),
                lookup,
                clock);
    }

    private Reason refusal(String key) {
        return catchThrowableOfType(TokenRefused.class, () -> verifier(keys).verify(key))
                .reason();
    }

    @Test
    void aKeyIsShownOnceAndStoredAsAHash() {
        NewKey made = key();

        assertThat(made.key().value()).matches("mlx_[0-9a-f]{12}_[A-Za-z0-9_-]{43}");
        assertThat(made.toString()).doesNotContain(made.key().value());
        String stored = database.call(
                entities -> entities.find(ApiKey.class, made.info().id()).getKeyHash());
        assertThat(made.key().value()).doesNotContain(stored);
        assertThat(keys.ofUser(ada.id())).containsExactly(made.info());
        assertThat(keys.ofUser(bob.id())).isEmpty();
        assertThat(keys.all()).hasSize(1);
    }

    @Test
    void aKeyStandsForItsUserWithWhatItGrants() {
        Caller caller = verifier(keys).verify(key().key().value());

        assertThat(caller.userId()).isEqualTo(ada.id());
        assertThat(caller.keyId()).isEqualTo(caller.key().orElseThrow().publicId());
        assertThat(caller.key().orElseThrow().scopes()).containsExactly(KeyScope.INFERENCE);
        assertThat(caller.toString()).doesNotContain("mlx_");
        caller.requireModel("mlx-community/x");
        assertThatThrownBy(() -> caller.requireModel("other/x"))
                .isInstanceOfSatisfying(
                        Problem.class, refused -> assertThat(refused.status()).isEqualTo(403));
    }

    @Test
    void anotherSecretPartIsRefused() {
        String key = key().key().value();
        String forged = key.substring(0, key.length() - 1) + (key.endsWith("A") ? "B" : "A");

        assertThat(refusal(forged)).isEqualTo(Reason.API_KEY);
        assertThat(refusal("mlx_")).isEqualTo(Reason.API_KEY);
        assertThat(refusal("mlx_000000000000_" + "A".repeat(43))).isEqualTo(Reason.API_KEY);
    }

    @Test
    void anExpiredARevokedAndARotatedKeyAreRefused() {
        NewKey rotated = key();
        NewKey fresh = keys.rotate(rotated.info().id(), ada.id());
        assertThat(refusal(rotated.key().value())).isEqualTo(Reason.API_KEY);
        verifier(keys).verify(fresh.key().value());

        NewKey revoked = key();
        keys.revoke(revoked.info().id(), Optional.of(ada.id()));
        assertThat(refusal(revoked.key().value())).isEqualTo(Reason.API_KEY);
        assertThatThrownBy(() -> keys.rotate(revoked.info().id(), ada.id())).isInstanceOf(Problem.class);

        clock.advance(Duration.ofSeconds(60));
        assertThat(refusal(fresh.key().value())).isEqualTo(Reason.API_KEY);
    }

    @Test
    void aKeyOfAUserWhoMayNotIsRefusedAlsoOnOpenChannels() {
        String key = key().key().value();
        Caller caller = verifier(keys).verify(key);
        registerSecondAdministrator();
        new UserAdministration(database, passwords, clock).change(ada.id(), status(UserStatus.DISABLED), bob.id());

        assertThat(refusal(key)).isEqualTo(Reason.DISABLED);
        assertThatThrownBy(() -> verifier(keys).recheck(caller)).isInstanceOf(TokenRefused.class);
    }

    @Test
    void anOpenChannelEndsWithItsKey() {
        NewKey made = key();
        Caller caller = verifier(keys).verify(made.key().value());
        verifier(keys).recheck(caller);

        keys.revoke(made.info().id(), Optional.empty());

        assertThatThrownBy(() -> verifier(keys).recheck(caller)).isInstanceOf(TokenRefused.class);
    }

    private void registerSecondAdministrator() {
        AccountChange promote = new AccountChange(
                Optional.empty(), Optional.of(true), Optional.of(UserStatus.APPROVED), Optional.empty());
        new UserAdministration(database, passwords, clock).change(bob.id(), promote, ada.id());
    }

    private static AccountChange status(UserStatus status) {
        return new AccountChange(Optional.empty(), Optional.empty(), Optional.of(status), Optional.empty());
    }

    @Test
    void keysOfOthersCannotBeTouched() {
        NewKey made = key();

        assertThatThrownBy(() -> keys.revoke(made.info().id(), Optional.of(bob.id())))
                .isInstanceOf(Problem.class);
        assertThatThrownBy(() -> keys.rotate(made.info().id(), bob.id())).isInstanceOf(Problem.class);
        verifier(keys).verify(made.key().value());
    }

    @Test
    void useIsRememberedToTheMinute() {
        NewKey made = key();
        assertThat(keys.ofUser(ada.id()).get(0).lastUsedAt()).isNull();
        Instant first = clock.instant();
        keys.find(made.key().value());
        clock.advance(Duration.ofSeconds(59));
        keys.find(made.key().value());

        assertThat(keys.ofUser(ada.id()).get(0).lastUsedAt()).isEqualTo(first);
    }

    @Test
    void aRotationOfTheServersSecretKeepsKeysThatAreUsedBeforeTheOldOneIsGone() {
        String used = key().key().value();
        String unused = key().key().value();

        assertThat(new ApiKeys(database, SecretRing.of(NEXT, SECRET), clock).find(used))
                .isPresent();

        ApiKeys later = new ApiKeys(database, SecretRing.of(NEXT), clock);
        assertThat(later.find(used)).isPresent();
        assertThat(later.find(unused)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "mlx-community/*, mlx-community/x, true",
        "mlx-community/*, other/x, false",
        "*, anything, true",
        "*-4bit, org/name-4bit, true",
        "*-4bit, org/name-8bit, false",
        "a*b*c, aXbYc, true",
        "a*b*c, aXcYb, false",
        "ab*ba, aba, false",
        "exact, exact, true",
        "exact, exactly, false",
    })
    void patternsOfModels(String pattern, String model, boolean allowed) {
        assertThat(keys.create(ada.id(), order(List.of(pattern), null))
                        .info()
                        .grant()
                        .mayUse(model))
                .isEqualTo(allowed);
    }
}
