package io.mlxmanager.engine.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class PulseTest {

    private final Deque<CompletableFuture<Void>> queued = new ArrayDeque<>();
    private long operations;
    private boolean waits;
    private final Pulse pulse = new Pulse(this::queue, () -> operations, () -> waits);

    private CompletableFuture<Void> queue() {
        CompletableFuture<Void> task = new CompletableFuture<>();
        queued.add(task);
        return task;
    }

    /** The engine's thread comes to what is queued. */
    private void comeRound() {
        while (!queued.isEmpty()) {
            queued.remove().complete(null);
        }
    }

    @Test
    void anEngineWithNothingToDoBeatsBecauseItComesRound() {
        for (int i = 0; i < 10; i++) {
            comeRound();
            assertThat(pulse.beats()).isTrue();
        }
    }

    @Test
    void anEngineThatIsStuckDoesNotBeatAndIsAskedOnce() {
        for (int i = 0; i < 10; i++) {
            assertThat(pulse.beats()).isFalse();
        }
        assertThat(queued).hasSize(1);
        comeRound();
        assertThat(pulse.beats()).isTrue();
        assertThat(pulse.beats()).isFalse();
    }

    @Test
    void aLongStepOrLoadBeatsWithItsOperations() {
        operations = 3;
        assertThat(pulse.beats()).isTrue();
        assertThat(pulse.beats()).isFalse();
        operations++;
        assertThat(pulse.beats()).isTrue();
    }

    @Test
    void anEngineThatWaitsForTheServerIsNotStuck() {
        waits = true;
        assertThat(pulse.beats()).isTrue();
        assertThat(pulse.beats()).isTrue();
        waits = false;
        assertThat(pulse.beats()).isFalse();
    }

    @Test
    void anEngineThatHasEndedIsNotStuck() {
        queued.remove().cancel(false);
        assertThat(pulse.beats()).isTrue();
    }
}
