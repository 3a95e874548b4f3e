package io.mlxmanager.manage.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mlxmanager.base.config.ByteSize;
import io.mlxmanager.base.config.ConfigValues;
import io.mlxmanager.base.config.LoginConfig;
import io.mlxmanager.base.config.PasswordConfig;
import io.mlxmanager.base.config.TokenConfig;
import io.mlxmanager.base.crypto.Secret;
import io.mlxmanager.base.problem.Problem;
import io.mlxmanager.base.problem.RateLimited;
import io.mlxmanager.base.secrets.SecretRing;
import io.mlxmanager.testing.MovableClock;
import io.mlxmanager.testing.NoKeys;
import io.mlxmanager.testing.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LoginTest {

    private static final String PASSWORD = "correct horse";
    private static final String HOME = "192.0.2.1";
    private static final PasswordConfig CHEAP = new PasswordConfig(ByteSize.parse("64K"), 1, 1);
    private static final PasswordConfig DEARER = new PasswordConfig(ByteSize.parse("64K"), 2, 1);

    private final MovableClock clock = new MovableClock(Instant.parse("2026-01-01T00:00:00Z"));
    private final TestDatabase database = new TestDatabase();
    private final TokenConfig config = TokenConfig.read(ConfigValues.of(Map.of()));
    private final SecretRing secrets = SecretRing.of(new Secret("a secret of the tests, of more than 32 bytes"));
    private final TokenVerifier verifier = new TokenVerifier(
            secrets, config, new Accounts(database), new EndedTokens(database, clock), new NoKeys(), clock);
    private final Login login = login(CHEAP);

    private Account ada;

    private Login login(PasswordConfig passwords) {
        return new Login(
                database,
                new Passwords(passwords),
                new LoginBackoff(new LoginConfig(3, Duration.ofSeconds(60)), clock),
                new TokenIssuer(secrets, config, clock));
    }

    @BeforeEach
    void register() {
        Registration registration = new Registration(database, new Passwords(CHEAP), clock);
        ada = registration.register("ada@example.org", PASSWORD);
        registration.register("bob@example.org", PASSWORD);
    }

    @AfterEach
    void close() {
        database.close();
    }

    private Problem refusal(String email, String password) {
        return catchThrowableOfType(Problem.class, () -> login.login(email, password, HOME));
    }

    @Test
    void theRightPasswordGivesATokenThatIsAcceptedInWhateverCaseTheAddressIsWritten() {
        IssuedToken issued = login.login(" ADA@Example.org", PASSWORD, HOME);

        assertThat(verifier.verify(issued.token().value()).userId()).isEqualTo(ada.id());
        assertThat(issued.expiresAt()).isEqualTo(clock.instant().plus(Duration.ofDays(7)));
        assertThat(issued.toString()).doesNotContain(issued.token().value());
    }

    @Test
    void aWrongPasswordAndAnUnknownAddressGetTheSameAnswer() {
        Problem wrong = refusal("ada@example.org", "wrong horse");
        Problem unknown = refusal("eve@example.org", PASSWORD);

        assertThat(wrong.status()).isEqualTo(401);
        assertThat(wrong).hasMessage("Incorrect email or password");
        assertThat(unknown.status()).isEqualTo(wrong.status());
        assertThat(unknown).hasMessage(wrong.getMessage());
        assertThat(unknown.code()).isEqualTo(wrong.code());
    }

    @Test
    void theStatusIsOnlyToldToWhoKnowsThePassword() {
        assertThat(refusal("bob@example.org", "wrong horse").status()).isEqualTo(401);
        assertThat(refusal("bob@example.org", PASSWORD)).hasMessage("Account pending approval");
        assertThat(refusal("bob@example.org", PASSWORD).status()).isEqualTo(403);

        database.execute("UPDATE users SET status = 'disabled' WHERE email = 'bob@example.org'");
        assertThat(refusal("bob@example.org", PASSWORD)).hasMessage("Account disabled");
    }

    @Test
    void tooManyWrongPasswordsMustWaitEvenWithTheRightOne() {
        for (int i = 0; i < 3; i++) {
            assertThat(refusal("ada@example.org", "wrong horse").status()).isEqualTo(401);
        }

        assertThatThrownBy(() -> login.login("ada@example.org", PASSWORD, HOME))
                .isInstanceOfSatisfying(
                        RateLimited.class,
                        limited -> assertThat(limited.headers()).containsEntry("Retry-After", "1"));
        clock.advance(Duration.ofSeconds(1));
        assertThat(login.login("ada@example.org", PASSWORD, HOME).account()).isEqualTo(ada);
    }

    @Test
    void guessesFromElsewhereDoNotKeepTheOnlyAdministratorOut() {
        for (int i = 0; i < 100; i++) {
            String address = "198.51.100." + i;
            assertThatThrownBy(() -> login.login("ada@example.org", "wrong horse", address))
                    .isInstanceOf(Problem.class);
        }

        assertThat(login.login("ada@example.org", PASSWORD, HOME).account()).isEqualTo(ada);
    }

    @Test
    void aHashOfCheaperParametersIsRenewedAtLoginAndTokensStayGood() {
        String token = login.login("ada@example.org", PASSWORD, HOME).token().value();

        login(DEARER).login("ada@example.org", PASSWORD, HOME);

        String hash = database.call(
                entities -> new Users(entities).find(ada.id()).orElseThrow().getPasswordHash());
        assertThat(hash).contains("t=2");
        assertThat(verifier.verify(token).userId()).isEqualTo(ada.id());
    }
}
