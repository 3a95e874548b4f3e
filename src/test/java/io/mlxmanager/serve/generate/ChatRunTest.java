package io.mlxmanager.serve.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mlxmanager.base.config.QueueConfig;
import io.mlxmanager.base.problem.Problem;
import io.mlxmanager.chat.Choices;
import io.mlxmanager.chat.Prompt;
import io.mlxmanager.chat.Sampling;
import io.mlxmanager.chat.StreamEvent;
import io.mlxmanager.chat.TextRequest;
import io.mlxmanager.manage.audit.AuditEntry;
import io.mlxmanager.manage.audit.AuditStatus;
import io.mlxmanager.serve.pool.ModelLease;
import io.mlxmanager.serve.queue.RequestQueue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A run whose model does not come: who waits is kept awake, and can still be told to stop. */
class ChatRunTest {

    private final List<AuditEntry> rows = new ArrayList<>();
    private final CompletableFuture<ModelLease> lease = new CompletableFuture<>();

    private final RequestRecord note = new RequestRecord(
            rows::add, AuditEntry.inference("req_1", "/v1/completions").caller(1L, null, "127.0.0.1"));

    private ChatRun run(Duration limit) {
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
        Plan plan = Plan.of(request, new GenerationDefaults(Sampling.UNSPECIFIED, Set.of(), List.of()));
        Entrance entrance = new Entrance(new RequestQueue(new QueueConfig(9, 9)).enter("m", "user:1"), null, lease);
        return new ChatRun(plan, entrance, OptionalInt.empty(), limit, "user:1", note, new ConstraintLibrary());
    }

    /** A stream that only hears that nothing came. */
    private record Waiting(Runnable whenIdle) implements AnswerSink {

        @Override
        public void event(int choice, StreamEvent event) {
            throw new AssertionError("nothing can have been said: " + event);
        }

        @Override
        public void idle() {
            whenIdle.run();
        }
    }

    @Test
    void aStreamIsKeptAwakeAndAClientThatHasGoneGivesItsPlaceUp() {
        try (ChatRun run = run(Duration.ofMinutes(1))) {
            assertThatThrownBy(() -> run.answer(new Waiting(() -> {
                        throw new ClientGoneException(null);
                    })))
                    .isInstanceOf(ClientGoneException.class);
        }
        assertThat(lease).isCancelled();
    }

    @Test
    void aRequestThatIsCancelledEndsWithAnErrorThatSaysSo() {
        try (ChatRun run = run(Duration.ofMinutes(1))) {
            run.cancel();
            Problem problem = catchThrowableOfType(Problem.class, () -> run.answer(new Waiting(() -> {})));
            assertThat(problem.code()).isEqualTo("request_cancelled");
        }
        assertThat(rows)
                .singleElement()
                .satisfies(row -> assertThat(row.status()).isEqualTo(AuditStatus.CANCELLED));
    }

    @Test
    void whoHasLostTheRightToTheAnswerDoesNotGetIt() {
        try (ChatRun run = run(Duration.ofMinutes(1))) {
            run.revoke();
            Problem problem = catchThrowableOfType(Problem.class, () -> run.answer(new Waiting(() -> {})));
            assertThat(problem.code()).isEqualTo("access_ended");
        }
    }

    @Test
    void nobodyWaitsLongerThanARequestMayTake() {
        try (ChatRun run = run(Duration.ZERO)) {
            Problem problem = catchThrowableOfType(Problem.class, () -> run.answer(new Waiting(() -> {})));
            assertThat(problem.code()).isEqualTo("request_timeout");
        }
    }
}
