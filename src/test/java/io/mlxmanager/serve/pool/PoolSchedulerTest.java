package io.mlxmanager.serve.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlxmanager.serve.pool.PoolScheduler.View;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class PoolSchedulerTest {

    private final RecordingEffects effects = new RecordingEffects();
    private long now;
    private final PoolScheduler<String> pool = new PoolScheduler<>(10, () -> now, effects);

    private PoolTicket<String> ask(String id, long bytes) {
        PoolTicket<String> ticket = new PoolTicket<>(id, bytes);
        pool.onAcquire(ticket);
        return ticket;
    }

    private void loaded(String id) {
        effects.loading.remove(id);
        pool.onLoaded(id, "model " + id);
    }

    private void unloaded(String id) {
        effects.unloading.remove(id);
        pool.onUnloaded(id);
    }

    @Test
    void loadsOnceHoweverManyAsk() {
        ask("a", 4);
        ask("a", 4);
        ask("a", 4);
        loaded("a");

        assertThat(effects.journal).containsExactly("load a", "grant a", "grant a", "grant a");
    }

    @Test
    void showsALeaseBeforeItIsGranted() {
        effects.onChange = () -> effects.journal.add(pool.views().stream()
                .map(view -> view.id() + " " + view.leases())
                .findFirst()
                .orElse("nothing"));
        ask("a", 4);
        loaded("a");

        assertThat(effects.journal).containsExactly("load a", "a 0", "a 1", "grant a");
    }

    @Test
    void grantsAReadyModelAtOnce() {
        ask("a", 4);
        loaded("a");
        ask("a", 4);

        assertThat(effects.granted).hasSize(2);
    }

    @Test
    void evictsTheLeastRecentlyUsedIdleModel() {
        ask("a", 4);
        loaded("a");
        ask("b", 4);
        loaded("b");
        pool.onRelease("b");
        pool.onRelease("a");
        ask("c", 4);

        assertThat(effects.unloading).containsExactly("b");
        assertThat(effects.loading).isEmpty();
        unloaded("b");
        assertThat(effects.loading).containsExactly("c");
    }

    @Test
    void neverEvictsAModelInUse() {
        ask("a", 8);
        loaded("a");
        PoolTicket<String> waiter = ask("b", 8);

        assertThat(effects.unloading).isEmpty();
        pool.onRelease("a");
        assertThat(effects.unloading).containsExactly("a");
        unloaded("a");
        loaded("b");
        assertThat(effects.granted).containsKey(waiter);
    }

    @Test
    void evictsNoMoreWhileRoomIsOnItsWay() {
        ask("a", 5);
        loaded("a");
        ask("b", 5);
        loaded("b");
        pool.onRelease("a");
        pool.onRelease("b");
        ask("c", 5);
        ask("c", 5);

        assertThat(effects.unloading).containsExactly("a");
    }

    @Test
    void refusesAModelThatNeverFits() {
        PoolTicket<String> ticket = ask("giant", 11);

        assertThat(effects.refused.get(ticket))
                .isInstanceOf(PoolFullException.class)
                .hasMessageContaining("giant");
    }

    @Test
    void tellsEveryWaiterOfAFailedLoadAndLoadsAgainWhenAsked() {
        ask("a", 4);
        ask("a", 4);
        effects.loading.remove("a");
        pool.onLoadFailed("a", new IllegalStateException("bad file"));
        assertThat(effects.refused).hasSize(2);

        ask("a", 4);
        assertThat(effects.loading).containsExactly("a");
    }

    @Test
    void aSmallerModelDoesNotTakeTheRoomSomebodyWaitsFor() {
        ask("a", 6);
        loaded("a");
        ask("big", 8);
        ask("small", 4);
        assertThat(effects.loading).isEmpty();

        pool.onRelease("a");
        unloaded("a");
        assertThat(effects.loading).containsExactly("big");
    }

    @Test
    void requestsForABusyModelDoNotOvertakeForEver() {
        ask("a", 8);
        loaded("a");
        PoolTicket<String> waiter = ask("b", 8);
        int held = 1;
        for (int i = 0; i < 1000; i++) {
            int before = effects.granted.size();
            ask("a", 8);
            held += effects.granted.size() - before;
        }
        assertThat(held).isLessThan(100);

        for (int i = 0; i < held; i++) {
            pool.onRelease("a");
        }
        unloaded("a");
        loaded("b");
        assertThat(effects.granted).containsKey(waiter);
    }

    @Test
    void unloadsWhenTheLastLeaseEnds() {
        ask("a", 4);
        loaded("a");
        pool.onUnload("a");
        assertThat(effects.unloading).isEmpty();

        pool.onRelease("a");
        assertThat(effects.unloading).containsExactly("a");
    }

    @Test
    void loadsAgainForWhoeverComesDuringAnUnload() {
        ask("a", 4);
        loaded("a");
        pool.onRelease("a");
        pool.onUnload("a");
        ask("a", 4);
        assertThat(effects.loading).isEmpty();

        unloaded("a");
        assertThat(effects.loading).containsExactly("a");
    }

    @Test
    void aLoweredBudgetUnloadsIdleModelsAtOnceAndBusyOnesWhenReleased() {
        ask("a", 4);
        loaded("a");
        ask("b", 4);
        loaded("b");
        pool.onRelease("a");
        pool.onBudget(3);
        assertThat(effects.unloading).containsExactly("a");

        unloaded("a");
        pool.onRelease("b");
        assertThat(effects.unloading).containsExactly("b");
    }

    @Test
    void forgetsAWaiterWhoCancels() {
        ask("a", 8);
        loaded("a");
        PoolTicket<String> gone = ask("b", 8);
        PoolTicket<String> next = ask("c", 2);
        pool.onCancel(gone);

        assertThat(effects.refused).containsKey(gone);
        loaded("c");
        assertThat(effects.granted).containsKey(next);
    }

    @Test
    void answersEverybodyAtShutdown() {
        PoolTicket<String> loading = ask("a", 8);
        PoolTicket<String> waiting = ask("b", 8);
        pool.onShutdown();
        assertThat(effects.refused).containsKey(waiting);

        loaded("a");
        assertThat(effects.granted).containsKey(loading);
        pool.onRelease("a");
        unloaded("a");
        assertThat(pool.empty()).isTrue();
    }

    @Test
    void showsStateAndLeases() {
        ask("a", 4);
        assertThat(pool.views()).containsExactly(new View<>("a", 4, ModelState.LOADING, 0, 0, null, false));
        pool.onProgress("a", 40);
        assertThat(pool.views()).containsExactly(new View<>("a", 4, ModelState.LOADING, 40, 0, null, false));
        loaded("a");
        pool.onProgress("a", 60);
        assertThat(pool.views())
                .as("progress told late changes nothing")
                .isEqualTo(List.of(new View<>("a", 4, ModelState.READY, 100, 1, "model a", false)));
    }

    private PoolTicket<String> loaded(String id, long bytes, OptionalLong keepAlive) {
        PoolTicket<String> ticket = new PoolTicket<>(id, bytes, keepAlive);
        pool.onAcquire(ticket);
        if (effects.loading.remove(id)) {
            pool.onLoaded(id, "model " + id);
        }
        return ticket;
    }

    @Test
    void anIdleModelGoesWhenItsTimeIsOverAndNotBefore() {
        pool.onKeepAlive(1000);
        loaded("a", 4, OptionalLong.empty());
        now += 5000;
        pool.onTick();
        assertThat(effects.unloading).as("in use").isEmpty();

        pool.onRelease("a");
        now += 999;
        pool.onTick();
        assertThat(effects.unloading).isEmpty();
        now += 1;
        pool.onTick();
        assertThat(effects.unloading).containsExactly("a");
    }

    @Test
    void whatARequestSaysAboutStayingGoesBeforeWhatHoldsForAll() {
        pool.onKeepAlive(1000);
        loaded("a", 2, OptionalLong.of(-1));
        loaded("b", 2, OptionalLong.of(0));
        pool.onRelease("a");
        pool.onRelease("b");
        assertThat(effects.unloading).containsExactly("b");

        now += 1_000_000;
        pool.onTick();
        assertThat(effects.unloading).containsExactly("b");
    }

    @Test
    void aPinnedModelMakesRoomForNobodyAndOutlivesItsTime() {
        pool.onKeepAlive(1000);
        pool.onPin("a", true);
        loaded("a", 6, OptionalLong.empty());
        pool.onRelease("a");
        now += 2000;
        pool.onTick();
        PoolTicket<String> tooLarge = loaded("b", 5, OptionalLong.empty());

        assertThat(effects.unloading).isEmpty();
        assertThat(effects.refused.get(tooLarge))
                .isInstanceOf(PoolFullException.class)
                .hasMessageContaining("pinned");
        loaded("c", 4, OptionalLong.empty());
        assertThat(effects.journal).contains("grant c");

        pool.onPin("a", false);
        pool.onTick();
        assertThat(effects.unloading).containsExactly("a");
    }

    @Test
    void aPinnedModelGoesWhenItIsToldTo() {
        pool.onPin("a", true);
        loaded("a", 6, OptionalLong.empty());
        pool.onUnload("a");
        assertThat(effects.unloading).isEmpty();
        pool.onRelease("a");
        assertThat(effects.unloading).containsExactly("a");
    }
}
