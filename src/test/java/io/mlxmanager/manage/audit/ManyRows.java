package io.mlxmanager.manage.audit;

import io.mlxmanager.base.persist.Transactions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Fills an audit log with rows as requests leave them, chained as the product chains them. */
public final class ManyRows {

    private static final int BATCH = 5_000;

    private ManyRows() {}

    public static void write(Transactions database, int count, Instant first) {
        AuditStore store = new AuditStore(database);
        List<AuditStore.Pending> batch = new ArrayList<>(BATCH);
        for (int i = 0; i < count; i++) {
            batch.add(new AuditStore.Pending(entry(i), first.plusMillis(i)));
            if (batch.size() == BATCH || i == count - 1) {
                store.write(batch);
                batch.clear();
            }
        }
    }

    private static AuditEntry entry(int number) {
        return AuditEntry.inference("req_%032x".formatted(number), "/v1/chat/completions")
                .caller(1L, null, "192.0.2." + number % 250)
                .model("mlx-manager/starter-qwen3-4m-4bit", null, "local")
                .tokens(number % 500, number % 300, 0)
                .times(Duration.ofMillis(number % 7), Duration.ofMillis(number % 90))
                .finishReason("stop")
                .end(AuditStatus.SUCCESS, Duration.ofMillis(number % 2000));
    }
}
