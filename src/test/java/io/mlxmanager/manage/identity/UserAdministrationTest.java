package io.mlxmanager.manage.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mlxmanager.base.config.ByteSize;
import io.mlxmanager.base.config.PasswordConfig;
import io.mlxmanager.base.problem.Problem;
import io.mlxmanager.testing.MovableClock;
import io.mlxmanager.testing.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class UserAdministrationTest {

    private static final String PASSWORD = "correct horse";
    private static final AccountChange DEMOTE = change(false, null);

    private final MovableClock clock = new MovableClock(Instant.parse("2026-01-01T00:00:00Z"));
    private final TestDatabase database = new TestDatabase();
    private final Passwords passwords = new Passwords(new PasswordConfig(ByteSize.parse("64K"), 1, 1));
    private final UserAdministration administration = new UserAdministration(database, passwords, clock);
    private final Accounts accounts = new Accounts(database);

    private Account ada;
    private Account bob;

    @BeforeEach
    void register() {
        Registration registration = new Registration(database, passwords, clock);
        ada = registration.register("ada@example.org", PASSWORD);
        bob = registration.register("bob@example.org", PASSWORD);
    }

    @AfterEach
    void close() {
        database.close();
    }

    private static AccountChange change(Boolean admin, UserStatus status) {
        return new AccountChange(
                Optional.empty(), Optional.ofNullable(admin), Optional.ofNullable(status), Optional.empty());
    }

    private Account now(Account account) {
        return accounts.find(account.id()).orElseThrow();
    }

    private void makeBobAdministrator() {
        bob = administration.change(bob.id(), change(true, UserStatus.APPROVED), ada.id());
    }

    @Test
    void theFirstApprovalIsRememberedWithItsTimeAndAuthor() {
        Instant first = clock.instant();
        administration.change(bob.id(), change(null, UserStatus.APPROVED), ada.id());
        clock.advance(Duration.ofDays(1));
        administration.change(bob.id(), change(null, UserStatus.DISABLED), ada.id());
        administration.change(bob.id(), change(null, UserStatus.APPROVED), bob.id());

        assertThat(now(bob).approvedAt()).isEqualTo(first);
        assertThat(now(bob).approvedBy()).isEqualTo(ada.id());
        assertThat(now(bob).approved()).isTrue();
    }

    @Test
    void takingTheApprovalAwayEndsTokensForGood() {
        administration.change(bob.id(), change(null, UserStatus.APPROVED), ada.id());
        int before = now(bob).tokenGeneration();
        administration.change(bob.id(), change(null, UserStatus.DISABLED), ada.id());
        administration.change(bob.id(), change(null, UserStatus.APPROVED), ada.id());

        assertThat(now(bob).tokenGeneration()).isGreaterThan(before);
    }

    @Test
    void theLastActiveAdministratorStaysWhoeverAsks() {
        List<AccountChange> forbidden =
                List.of(DEMOTE, change(null, UserStatus.DISABLED), change(null, UserStatus.PENDING));
        for (AccountChange change : forbidden) {
            for (Account author : List.of(ada, bob)) {
                Problem refused =
                        catchThrowableOfType(Problem.class, () -> administration.change(ada.id(), change, author.id()));
                assertThat(refused.status()).isEqualTo(400);
                assertThat(refused.code()).isEqualTo("last_admin");
            }
        }
        assertThatThrownBy(() -> administration.delete(ada.id())).hasMessage("Cannot delete last admin");
        assertThat(now(ada)).isEqualTo(ada);
    }

    @Test
    void aDisabledAdministratorIsNoneThatCouldAct() {
        makeBobAdministrator();
        administration.change(bob.id(), change(null, UserStatus.DISABLED), ada.id());

        assertThatThrownBy(() -> administration.delete(ada.id())).isInstanceOf(Problem.class);
        administration.delete(bob.id());
        assertThat(accounts.find(bob.id())).isEmpty();
    }

    @Test
    void twoAdministratorsWhoDemoteEachOtherAtOnceLeaveOne() throws Exception {
        makeBobAdministrator();
        List<Callable<Boolean>> both = List.of(() -> demotes(bob, ada), () -> demotes(ada, bob));
        ExecutorService pool = Executors.newFixedThreadPool(2);
        List<Boolean> done = new ArrayList<>();
        try {
            for (var result : pool.invokeAll(both)) {
                done.add(result.get());
            }
        } finally {
            pool.shutdown();
        }

        assertThat(done).containsExactlyInAnyOrder(true, false);
        assertThat(accounts.all()).filteredOn(Account::admin).hasSize(1);
    }

    private boolean demotes(Account author, Account victim) {
        try {
            administration.change(victim.id(), DEMOTE, author.id());
            return true;
        } catch (Problem refused) {
            return false;
        }
    }

    @Test
    void anAddressOfSomebodyElseIsRefused() {
        AccountChange change = new AccountChange(
                Optional.of(EmailAddress.of("email", "ADA@example.org")),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());

        assertThatThrownBy(() -> administration.change(bob.id(), change, ada.id()))
                .isInstanceOfSatisfying(
                        Problem.class, taken -> assertThat(taken.status()).isEqualTo(409));
        assertThat(now(bob).email()).isEqualTo("bob@example.org");
    }

    @Test
    void rolesAreGrantedAndTaken() {
        AccountChange grant = new AccountChange(
                Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(Set.of(Role.AUDITOR)));
        assertThat(administration.change(bob.id(), grant, ada.id()).groups()).containsExactly("user", "auditor");
        AccountChange take =
                new AccountChange(Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(Set.of()));
        assertThat(administration.change(bob.id(), take, ada.id()).groups()).containsExactly("user");
    }

    @Test
    void aResetGivesANewPasswordAndEndsTokens() {
        administration.resetPassword(bob.id(), "battery staple");

        assertThat(now(bob).tokenGeneration()).isEqualTo(1);
        String hash = database.call(
                entities -> new Users(entities).find(bob.id()).orElseThrow().getPasswordHash());
        assertThat(passwords.matches("battery staple", hash)).isTrue();
    }

    @Test
    void listsTheNewestFirstAndCounts() {
        assertThat(accounts.all()).extracting(Account::email).containsExactly("bob@example.org", "ada@example.org");
        assertThat(accounts.count(UserStatus.PENDING)).isEqualTo(1);
    }

    @Test
    void whoDoesNotExistIsNotFound() {
        assertThatThrownBy(() -> administration.delete(99)).hasMessage("User not found");
        assertThatThrownBy(() -> administration.change(99, DEMOTE, ada.id())).hasMessage("User not found");
        assertThatThrownBy(() -> administration.resetPassword(99, PASSWORD)).hasMessage("User not found");
    }
}
