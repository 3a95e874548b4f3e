package io.mlxmanager.manage.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlxmanager.base.config.AuditConfig;
import io.mlxmanager.base.persist.Transactions;
import io.mlxmanager.testing.MovableClock;
import io.mlxmanager.testing.TestDatabase;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AuditLogTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final MovableClock clock = new MovableClock(NOW);
    private final TestDatabase database = new TestDatabase();
    private final List<AuditRow> announced = new CopyOnWriteArrayList<>();
    private final AuditConfig config = new AuditConfig(1000, Duration.ofSeconds(5), Duration.ofDays(1), 1000);

    @AfterEach
    void close() {
        database.close();
    }

    private AuditLog log(Transactions transactions, AuditConfig settings) {
        return new AuditLog(new AuditStore(transactions), settings, clock, Thread::new, announced::add);
    }

    private static AuditEntry entry(long user, String model, AuditStatus status) {
        return AuditEntry.inference("req_" + user, "/v1/chat/completions")
                .caller(user, null, "127.0.0.1")
                .model(model, null, "local")
                .tokens(10, 20, 5)
                .times(Duration.ofMillis(1), Duration.ofMillis(30))
                .finishReason("stop")
                .end(status, Duration.ofMillis(812));
    }

    @Test
    void whatWasAppendedIsFoundAtOnceAndAsItWas() {
        try (AuditLog log = log(database, config)) {
            log.start();
            AuditEntry entry = entry(7, "m", AuditStatus.SUCCESS);

            log.append(entry);

            assertThat(log.find(AuditQuery.newest(AuditFilter.ALL, 10)))
                    .singleElement()
                    .satisfies(row -> {
                        assertThat(row.id()).isEqualTo(1);
                        assertThat(row.recordedAt()).isEqualTo(NOW);
                        assertThat(row.entry()).isEqualTo(entry);
                        assertThat(row.isIntact()).isTrue();
                    });
        }
    }

    @Test
    void rowsOfManyThreadsFormOneChainAndAreAnnouncedInItsOrder() throws Exception {
        try (AuditLog log = log(database, config)) {
            log.start();
            List<Thread> threads = IntStream.range(0, 8)
                    .mapToObj(user -> new Thread(() -> IntStream.range(0, 100)
                            .forEach(i -> log.append(entry(user, "m" + i, AuditStatus.SUCCESS)))))
                    .toList();
            threads.forEach(Thread::start);
            for (Thread thread : threads) {
                thread.join();
            }
        }

        assertThat(announced).hasSize(800);
        String previous = "0".repeat(64);
        for (int i = 0; i < announced.size(); i++) {
            AuditRow row = announced.get(i);
            assertThat(row.id()).isEqualTo(i + 1);
            assertThat(row.previousHash()).isEqualTo(previous);
            assertThat(row.isIntact()).isTrue();
            previous = row.hash();
        }
    }

    @Test
    void queriesFilterAndPage() {
        try (AuditLog log = log(database, config)) {
            log.start();
            log.append(entry(1, "a", AuditStatus.SUCCESS));
            clock.advance(Duration.ofSeconds(10));
            log.append(entry(2, "b", AuditStatus.ERROR));
            clock.advance(Duration.ofSeconds(10));
            log.append(entry(1, "b", AuditStatus.CANCELLED));

            assertThat(ids(log, AuditFilter.of(1))).containsExactly(3L, 1L);
            assertThat(ids(log, filter("b", null, null))).containsExactly(3L, 2L);
            assertThat(ids(log, filter(null, "local", AuditStatus.ERROR))).containsExactly(2L);
            assertThat(ids(log, filter(null, "openai", null))).isEmpty();
            assertThat(ids(log, AuditFilter.ALL.only(AuditKind.SECURITY))).isEmpty();
            AuditFilter window =
                    new AuditFilter(null, null, null, null, null, null, NOW.plusSeconds(10), NOW.plusSeconds(20));
            assertThat(ids(log, window)).containsExactly(2L);
            assertThat(ids(log.find(new AuditQuery(AuditFilter.ALL, 3L, 1, 0)))).containsExactly(2L);
            assertThat(ids(log.find(new AuditQuery(AuditFilter.ALL, null, 10, 2))))
                    .containsExactly(1L);
        }
    }

    @Test
    void statsCountWhatTheFilterAccepts() {
        try (AuditLog log = log(database, config)) {
            log.start();
            log.append(entry(1, "a", AuditStatus.SUCCESS));
            log.append(entry(2, "b", AuditStatus.ERROR));
            log.append(entry(1, "b", AuditStatus.SUCCESS));
            log.append(AuditEntry.security("r", "auth.login").end(AuditStatus.SUCCESS, Duration.ZERO));

            assertThat(log.stats(AuditFilter.ALL))
                    .isEqualTo(new AuditStats(4, Map.of("success", 3L, "error", 1L), Map.of("local", 3L), 2, 30, 60));
            assertThat(log.stats(AuditFilter.of(2)).requests()).isEqualTo(1);
            assertThat(log.stats(filter("none", null, null))).isEqualTo(new AuditStats(0, Map.of(), Map.of(), 0, 0, 0));
        }
    }

    @Test
    void aFailingDatabaseIsTriedAgainUntilItWorks() {
        AtomicInteger failures = new AtomicInteger(2);
        Transactions flaky = new Transactions() {
            @Override
            public <T> T call(Function<EntityManager, T> work) {
                if (failures.getAndDecrement() > 0) {
                    throw new PersistenceException("the database is away");
                }
                return database.call(work);
            }
        };
        AuditLog log = log(flaky, config);
        log.append(entry(1, "a", AuditStatus.SUCCESS));
        log.start();

        awaitAnnounced(1);
        log.close();
        assertThat(announced).hasSize(1);
    }

    @Test
    void closingWritesWhatIsQueued() {
        AuditLog log = log(database, config);
        IntStream.range(0, 600).forEach(i -> log.append(entry(i, "a", AuditStatus.SUCCESS)));
        log.start();

        log.close();

        assertThat(announced).hasSize(600);
    }

    @Test
    void anInterruptedWriterWritesWhatIsQueuedAndEnds() throws Exception {
        Thread[] writer = new Thread[1];
        AuditLog log = new AuditLog(
                new AuditStore(database),
                config,
                clock,
                work -> {
                    writer[0] = new Thread(work);
                    return writer[0];
                },
                announced::add);
        IntStream.range(0, 300).forEach(i -> log.append(entry(i, "a", AuditStatus.SUCCESS)));
        log.start();

        writer[0].interrupt();
        writer[0].join(10_000);

        assertThat(writer[0].isAlive()).isFalse();
        assertThat(announced).hasSize(300);
    }

    @Test
    void aFullQueueDelaysTheAppenderAndThenGivesTheRowUp() throws Exception {
        CountDownLatch stuck = new CountDownLatch(1);
        Transactions slow = new Transactions() {
            @Override
            public <T> T call(Function<EntityManager, T> work) {
                awaitQuietly(stuck);
                return database.call(work);
            }
        };
        AuditLog log = log(slow, new AuditConfig(1, Duration.ofMillis(50), Duration.ofDays(1), 1000));
        long start = System.nanoTime();

        log.append(entry(1, "a", AuditStatus.SUCCESS));
        log.append(entry(2, "a", AuditStatus.SUCCESS));

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(Duration.ofMillis(50), Duration.ofSeconds(5));
        stuck.countDown();
        log.start();
        log.close();
        assertThat(announced).extracting(row -> row.entry().userId()).containsExactly(1L);
    }

    private static AuditFilter filter(String model, String backend, AuditStatus status) {
        return new AuditFilter(null, null, null, model, backend, status, null, null);
    }

    private static List<Long> ids(AuditLog log, AuditFilter filter) {
        return ids(log.find(AuditQuery.newest(filter, 10)));
    }

    private static List<Long> ids(List<AuditRow> rows) {
        return rows.stream().map(AuditRow::id).toList();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitAnnounced(int rows) {
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (announced.size() < rows && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
    }
}
