package io.mlxmanager.manage.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlxmanager.base.config.AuditConfig;
import io.mlxmanager.base.crypto.Secret;
import io.mlxmanager.base.secrets.SecretRing;
import io.mlxmanager.manage.audit.AuditStore.Pending;
import io.mlxmanager.testing.MovableClock;
import io.mlxmanager.testing.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AuditHistoryTest {

    private static final Secret SECRET = new Secret("a secret of the tests, of more than 32 bytes");
    private static final Secret NEXT = new Secret("the next secret of the tests, also long enough");

    private final MovableClock clock = new MovableClock(Instant.parse("2026-01-01T00:00:00Z"));
    private final TestDatabase database = new TestDatabase();
    private final AuditStore store = new AuditStore(database);

    @AfterEach
    void close() {
        database.close();
    }

    private AuditHistory history(SecretRing secrets, int maxRows) {
        AuditConfig config = new AuditConfig(1, Duration.ZERO, Duration.ofDays(10), maxRows);
        return new AuditHistory(database, secrets, config, clock);
    }

    private AuditHistory history() {
        return history(SecretRing.of(SECRET), 1_000_000);
    }

    private void write(int rows) {
        List<Pending> batch = IntStream.range(0, rows)
                .mapToObj(i -> new Pending(
                        AuditEntry.inference("req_" + i, "/v1/chat/completions")
                                .caller(1L, null, "127.0.0.1")
                                .end(AuditStatus.SUCCESS, Duration.ofMillis(i)),
                        clock.instant()))
                .toList();
        store.write(batch);
    }

    @Test
    void anEmptyAndAnUntouchedLogAreIntact() {
        assertThat(history().verify()).isEqualTo(AuditVerification.intact(0));
        write(2500);
        assertThat(history().verify()).isEqualTo(AuditVerification.intact(2500));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "UPDATE audit_records SET user_id = 2 WHERE id = 7 | 7",
                "UPDATE audit_records SET error_message = 'x' WHERE id = 20 | 20",
                "UPDATE audit_records SET recorded_at = recorded_at + 1 WHERE id = 1 | 1",
                "DELETE FROM audit_records WHERE id = 5 | 5",
                "DELETE FROM audit_records WHERE id <= 3 | 1",
                "DELETE FROM audit_records WHERE id > 15 | 16",
                "DELETE FROM audit_records | 1",
            })
    void theFirstRowThatIsNotAsItWasWrittenIsNamed(String tampering, long brokenId) {
        write(20);
        database.execute(tampering);

        AuditVerification result = history().verify();

        assertThat(result.brokenId()).contains(brokenId);
        assertThat(result.rows()).isEqualTo(brokenId - 1);
    }

    @Test
    void anEndOfTheChainThatIsNotTheLastRowIsNoticed() {
        write(20);
        database.execute("UPDATE audit_chain SET last_hash = '" + "f".repeat(64) + "'");

        assertThat(history().verify().brokenId()).contains(20L);
    }

    @Test
    void oldRowsGoAndTheChainOfTheRestIsStillProven() {
        write(1500);
        clock.advance(Duration.ofDays(11));
        write(10);

        assertThat(history().prune()).isEqualTo(1500);
        assertThat(history().prune()).isZero();

        assertThat(history().verify()).isEqualTo(AuditVerification.intact(10));
        assertThat(store.find(AuditQuery.newest(AuditFilter.ALL, 1000))).hasSize(10);
        write(5);
        assertThat(history().verify()).isEqualTo(AuditVerification.intact(15));
    }

    @Test
    void moreRowsThanConfiguredGoOldestFirst() {
        write(30);

        assertThat(history(SecretRing.of(SECRET), 12).prune()).isEqualTo(18);

        assertThat(store.find(AuditQuery.newest(AuditFilter.ALL, 1000)))
                .extracting(AuditRow::id)
                .hasSize(12)
                .endsWith(19L);
        assertThat(history().verify()).isEqualTo(AuditVerification.intact(12));
    }

    @Test
    void whenEverythingIsOldTheCheckpointAloneIsLeft() {
        write(3);
        clock.advance(Duration.ofDays(11));
        history().prune();

        assertThat(history().verify()).isEqualTo(AuditVerification.intact(0));
        write(1);
        assertThat(history().verify()).isEqualTo(AuditVerification.intact(1));
    }

    @Test
    void aRemovalByHandCannotPassForRetention() {
        write(20);
        history(SecretRing.of(SECRET), 15).prune();
        database.execute("UPDATE audit_checkpoint SET removed_id = 8,"
                + " removed_hash = (SELECT prev_hash FROM audit_records WHERE id = 9)");
        database.execute("DELETE FROM audit_records WHERE id <= 8");

        AuditVerification result = history().verify();

        assertThat(result.brokenId()).contains(9L);
        assertThat(result.reason()).contains("the checkpoint is not signed with a secret of this server");
    }

    @Test
    void aCheckpointOutlivesTheRotationOfTheSecret() {
        write(20);
        history(SecretRing.of(SECRET), 15).prune();

        assertThat(history(SecretRing.of(NEXT, SECRET), 15).verify().isIntact()).isTrue();
        assertThat(history(SecretRing.of(NEXT), 15).verify().brokenId()).contains(6L);
    }
}
