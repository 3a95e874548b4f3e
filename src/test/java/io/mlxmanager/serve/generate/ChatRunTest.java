package io.mlxmanager.serve.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mlxmanager.base.problem.Problem;
import io.mlxmanager.chat.StreamEvent;
import io.mlxmanager.manage.audit.AuditEntry;
import io.mlxmanager.manage.audit.AuditStatus;
import io.mlxmanager.serve.pool.ModelLease;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A run whose model does not come: who waits is kept awake, and can still be told to stop. */
class ChatRunTest {

    private final List<AuditEntry> rows = new ArrayList<>();
    private final CompletableFuture<ModelLease> lease = new CompletableFuture<>();

    private final RequestRecord note = new RequestRecord(
            rows::add, AuditEntry.inference("req_1", "/v1/completions").caller(1L, null, "127.0.0.1"));

    private ChatRun run(Duration limit) {
        return WaitingRun.of(lease, limit, note);
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
