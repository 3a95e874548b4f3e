package io.mlxmanager.serve.generate;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlxmanager.base.config.QueueConfig;
import io.mlxmanager.chat.Choices;
import io.mlxmanager.chat.Prompt;
import io.mlxmanager.chat.Sampling;
import io.mlxmanager.chat.TextRequest;
import io.mlxmanager.manage.audit.AuditEntry;
import io.mlxmanager.serve.queue.RequestQueue;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class RunningRequestsTest {

    private final RunningRequests running = new RunningRequests();

    private static ChatRun run() {
        TextRequest request = new TextRequest(
                "m",
                List.of(new Prompt.Text("a")),
                Sampling.UNSPECIFIED,
                OptionalInt.empty(),
                List.of(),
                Optional.empty(),
                OptionalInt.empty(),
                Choices.ONE,
                false);
        return new ChatRun(
                Plan.of(request, new GenerationDefaults(Sampling.UNSPECIFIED, Set.of(), List.of())),
                new Entrance(
                        new RequestQueue(new QueueConfig(9, 9)).enter("m", "user:1"), null, new CompletableFuture<>()),
                OptionalInt.empty(),
                Duration.ofMinutes(1),
                "user:1",
                new RequestRecord(row -> {}, AuditEntry.inference("req_1", "/v1/completions")),
                new ConstraintLibrary());
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
