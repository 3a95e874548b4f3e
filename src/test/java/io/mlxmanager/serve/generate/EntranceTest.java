package io.mlxmanager.serve.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mlxmanager.base.config.QueueConfig;
import io.mlxmanager.engine.Share;
import io.mlxmanager.serve.pool.Leases;
import io.mlxmanager.serve.pool.ModelLease;
import io.mlxmanager.serve.queue.QueuePlace;
import io.mlxmanager.serve.queue.RequestQueue;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Whatever is thrown, and wherever, nobody is left in the queue and no model is left in use. */
class EntranceTest {

    private final RequestQueue queue = new RequestQueue(new QueueConfig(1, 1));
    private final List<String> journal = new ArrayList<>();
    private final CompletableFuture<ModelLease> lease = new CompletableFuture<>();

    private QueuePlace place() {
        return queue.enter("m", Share.of("ada"));
    }

    private ModelLease granted(String name) {
        return Leases.of(() ->
                journal.add("released " + name + ", waiting " + queue.lengths().keySet()));
    }

    private static CompletableFuture<ModelLease> failing() {
        throw new IllegalStateException("thrown");
    }

    @Test
    void aPlaceThatIsRefusedAsksForNoLease() {
        place();
        assertThatThrownBy(() -> Entrance.enter(this::place, () -> journal.add("asked") ? lease : null, held -> held))
                .hasMessageContaining("waiting already");
        assertThat(journal).isEmpty();
    }

    @Test
    void aLeaseThatCannotBeAskedForGivesThePlaceBack() {
        assertThatThrownBy(() -> Entrance.enter(this::place, EntranceTest::failing, held -> held))
                .hasMessage("thrown");
        assertThat(queue.lengths()).isEmpty();
    }

    @Test
    void whatCannotBeMadeOfThemGivesBothBack() {
        lease.complete(granted("model"));
        Function<Entrance, String> fails = held -> {
            throw new IllegalStateException("thrown");
        };
        assertThatThrownBy(() -> Entrance.enter(this::place, () -> lease, fails))
                .hasMessage("thrown");
        assertThat(journal).containsExactly("released model, waiting [m]");
        assertThat(queue.lengths()).isEmpty();
    }

    @Test
    void anErrorGivesBothBackToo() {
        Function<Entrance, String> fails = held -> {
            throw new StackOverflowError();
        };
        assertThatThrownBy(() -> Entrance.enter(this::place, () -> lease, fails))
                .isInstanceOf(StackOverflowError.class);
        assertThat(lease).isCancelled();
        assertThat(queue.lengths()).isEmpty();
    }

    @Test
    void theWaitForALeaseIsGivenUp() {
        Entrance.<Entrance>enter(this::place, () -> lease, held -> held).close();
        assertThat(lease).isCancelled();
        assertThat(queue.lengths()).isEmpty();
    }

    @Test
    void aLeaseThatWasRefusedIsNotGivenBack() {
        lease.completeExceptionally(new IllegalStateException("no memory"));
        Entrance.<Entrance>enter(this::place, () -> lease, held -> held).close();
        assertThat(queue.lengths()).isEmpty();
    }

    @Test
    void aLeaseThatFailsToGoDoesNotKeepThePlace() {
        lease.complete(Leases.of(() -> {
            throw new IllegalStateException("thrown");
        }));
        Entrance held = Entrance.enter(this::place, () -> lease, entrance -> entrance);
        assertThatThrownBy(held::close).hasMessage("thrown");
        assertThat(queue.lengths()).isEmpty();
    }

    @Test
    void whatIsHeldLastIsGivenBackAndTwiceDoesNothingMore() {
        lease.complete(granted("first"));
        Entrance held = Entrance.enter(this::place, () -> lease, entrance -> entrance);
        assertThat(held.exchange(() -> CompletableFuture.completedFuture(granted("second"))))
                .isCompleted();
        held.close();
        held.close();
        assertThat(journal).containsExactly("released second, waiting [m]");
    }

    @Test
    void anExchangeThatFailsKeepsWhatThereWas() {
        lease.complete(granted("first"));
        Entrance held = Entrance.enter(this::place, () -> lease, entrance -> entrance);
        assertThatThrownBy(() -> held.exchange(EntranceTest::failing)).hasMessage("thrown");
        held.close();
        assertThat(journal).containsExactly("released first, waiting [m]");
    }
}
