package io.mlxmanager.manage.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mlxmanager.base.config.ByteSize;
import io.mlxmanager.base.config.PasswordConfig;
import io.mlxmanager.base.problem.InvalidInput;
import io.mlxmanager.base.problem.Problem;
import io.mlxmanager.testing.MovableClock;
import io.mlxmanager.testing.TestDatabase;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RegistrationTest {

    private static final String PASSWORD = "correct horse";
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final TestDatabase database = new TestDatabase();
    private final Registration registration = new Registration(
            database, new Passwords(new PasswordConfig(ByteSize.parse("64K"), 1, 1)), new MovableClock(NOW));
    private final Accounts accounts = new Accounts(database);

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void theFirstUserEverIsAnApprovedAdministratorAndLaterOnesWait() {
        Account first = registration.register(" Ada@Example.org ", PASSWORD);
        Account second = registration.register("bob@example.org", PASSWORD);

        assertThat(first)
                .isEqualTo(new Account(
                        first.id(), "ada@example.org", true, first.roles(), UserStatus.APPROVED, 0, NOW, NOW, null));
        assertThat(second.admin()).isFalse();
        assertThat(second.status()).isEqualTo(UserStatus.PENDING);
        assertThat(accounts.find(first.id())).contains(first);
        assertThat(accounts.find(second.id())).contains(second);
        assertThat(accounts.find(12345)).isEmpty();
    }

    @Test
    void theRoleOfTheFirstIsGivenOnceEvenIfThatUserIsGone() {
        Account first = registration.register("ada@example.org", PASSWORD);
        database.execute("DELETE FROM users WHERE id = " + first.id());

        assertThat(registration.register("eve@example.org", PASSWORD).admin()).isFalse();
    }

    @Test
    void ofManyFirstOnesAtOnceExactlyOneIsAdministrator() throws Exception {
        List<Callable<Account>> all = IntStream.range(0, 16)
                .<Callable<Account>>mapToObj(i -> () -> registration.register("user" + i + "@example.org", PASSWORD))
                .toList();

        List<Account> registered = new ArrayList<>();
        for (Future<Account> one : invokeAtOnce(all)) {
            registered.add(one.get());
        }

        assertThat(registered).hasSize(16).filteredOn(Account::admin).hasSize(1);
        assertThat(registered).filteredOn(Account::approved).hasSize(1);
    }

    @Test
    void ofManyWithTheSameAddressExactlyOneIsRegistered() throws Exception {
        List<Callable<Account>> all = IntStream.range(0, 8)
                .<Callable<Account>>mapToObj(
                        i -> () -> registration.register(i % 2 == 0 ? "ada@example.org" : "ADA@example.org", PASSWORD))
                .toList();

        int registered = 0;
        for (Future<Account> one : invokeAtOnce(all)) {
            try {
                one.get();
                registered++;
            } catch (ExecutionException e) {
                assertThat(e.getCause())
                        .isInstanceOfSatisfying(
                                Problem.class,
                                taken -> assertThat(taken.status()).isEqualTo(409));
            }
        }
        assertThat(registered).isEqualTo(1);
    }

    @Test
    void whatIsNotAcceptableIsRefusedBeforeAnythingIsStored() {
        assertThatThrownBy(() -> registration.register("nobody", PASSWORD)).isInstanceOf(InvalidInput.class);
        assertThatThrownBy(() -> registration.register("ada@example.org", "short"))
                .isInstanceOf(InvalidInput.class);

        assertThat(registration.register("ada@example.org", PASSWORD).admin()).isTrue();
    }

    private static List<Future<Account>> invokeAtOnce(List<Callable<Account>> calls) throws InterruptedException {
        ExecutorService pool = Executors.newFixedThreadPool(calls.size());
        try {
            return pool.invokeAll(calls);
        } finally {
            pool.shutdown();
        }
    }
}
