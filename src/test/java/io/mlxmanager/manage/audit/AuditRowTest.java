package io.mlxmanager.manage.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class AuditRowTest {

    private static final Instant TIME = Instant.parse("2026-01-01T00:00:00.123Z");
    private static final String START = "0".repeat(64);

    private static AuditEntry entry(String model, String profile) {
        return AuditEntry.inference("req_1", "/v1/chat/completions")
                .caller(1L, null, "127.0.0.1")
                .model(model, profile, "local")
                .tokens(1, 2, 0)
                .end(AuditStatus.SUCCESS, Duration.ofMillis(5));
    }

    @Test
    void aRowIsIntactUntilAnythingInItChanges() {
        AuditRow row = AuditRow.chained(1, TIME, entry("m", "p"), START);

        assertThat(row.isIntact()).isTrue();
        List<AuditRow> forged = List.of(
                new AuditRow(2, TIME, row.entry(), START, row.hash()),
                new AuditRow(1, TIME.plusMillis(1), row.entry(), START, row.hash()),
                new AuditRow(1, TIME, entry("n", "p"), START, row.hash()),
                new AuditRow(1, TIME, entry("m", null), START, row.hash()),
                new AuditRow(1, TIME, row.entry(), "1" + START.substring(1), row.hash()));
        assertThat(forged).noneMatch(AuditRow::isIntact);
    }

    @Test
    void contentCannotMoveFromOneFieldToTheNext() {
        assertThat(AuditRow.chained(1, TIME, entry("ab", "c"), START).hash())
                .isNotEqualTo(AuditRow.chained(1, TIME, entry("a", "bc"), START).hash())
                .isNotEqualTo(
                        AuditRow.chained(1, TIME, entry("ab;1:c", null), START).hash());
    }
}
