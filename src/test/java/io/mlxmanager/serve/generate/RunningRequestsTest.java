package io.mlxmanager.serve.generate;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlxmanager.manage.audit.AuditEntry;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class RunningRequestsTest {

    private final RunningRequests running = new RunningRequests();

    private static ChatRun run() {
        return WaitingRun.of(
                new CompletableFuture<>(),
                Duration.ofMinutes(1),
                new RequestRecord(row -> {}, AuditEntry.inference("req_1", "/v1/completions")));
    }

    @Test
    void aRequestIsEndedByEachOfItsNamesAndOnlyByThoseWhoMay() {
        try (RunningRequests.Entry entry = running.enter("user:1", Set.of("req_1", "cmpl-1"), run())) {
            assertThat(running.cancel("req_1", tenant -> tenant.equals("user:2")))
                    .isZero();
            assertThat(running.cancel("other", tenant -> true)).isZero();
            assertThat(running.cancel("req_1", tenant -> tenant.equals("user:1")))
                    .isEqualTo(1);
            assertThat(running.cancel("cmpl-1", tenant -> true)).isEqualTo(1);
        }
        assertThat(running.cancel("req_1", tenant -> true)).isZero();
    }

    /** Callers choose their request ids, so two may have the same. */
    @Test
    void requestsOfOneNameAreToldApartByTheirOwner() {
        try (RunningRequests.Entry mine = running.enter("user:1", Set.of("same"), run());
                RunningRequests.Entry other = running.enter("user:2", Set.of("same"), run())) {
            assertThat(running.cancel("same", tenant -> tenant.equals("user:2")))
                    .isEqualTo(1);
            assertThat(running.cancel("same", tenant -> true)).isEqualTo(2);
        }
    }
}
