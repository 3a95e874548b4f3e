package io.mlxmanager.serve.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlxmanager.engine.Share;
import io.mlxmanager.serve.pool.PoolBooks.View;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PoolSchedulerTest {

    private final RecordingEffects effects = new RecordingEffects();
    private final Set<PoolTicket<String>> released = new HashSet<>();
    private long now;
    private final CrashBook crashes = new CrashBook(3, Duration.ofMinutes(10), () -> now);
    private final PoolScheduler<String> pool = new PoolScheduler<>(10, () -> now, effects, crashes);

    private PoolTicket<String> ask(String id, long bytes) {
        PoolTicket<String> ticket = new PoolTicket<>(id, bytes);
        pool.onAcquire(ticket);
        return ticket;
    }

    private void loaded(String id) {
        effects.loading.remove(id);
        pool.onLoaded(id, "model " + id);
    }

    /** The oldest lease of a model. */
    private void release(String id) {
        PoolTicket<String> ticket = effects.granted.keySet().stream()
                .filter(each -> each.id().equals(id) && !released.contains(each))
                .findFirst()
                .orElseThrow();
        released.add(ticket);
        pool.onRelease(ticket);
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
    void aLostModelTakesNoRoomAndIsLoadedAgainForWhoeverAsksNext() {
        ask("a", 8);
        loaded("a");

        assertThat(pool.onLost(model -> true)).isEmpty();
        assertThat(pool.views()).isEmpty();
        ask("a", 8);
        loaded("a");

        assertThat(effects.granted).hasSize(2);
        assertThat(pool.views()).singleElement().extracting(View::leases).isEqualTo(1);
        assertThat(effects.discards).isZero();
        release("a");
        assertThat(effects.discards).isEqualTo(1);
        assertThat(pool.views()).singleElement().extracting(View::leases).isEqualTo(1);
    }

    @Test
    void aLeaseOfALostModelGetsNoRoomAndThePinnedAreToldToBeLoadedAgain() {
        PoolTicket<String> ticket = ask("a", 4);
        loaded("a");
        ask("b", 4);
        loaded("b");
        pool.onPin("a", true);
        pool.onPin("c", true);

        assertThat(pool.onLost(model -> model.equals("model a"))).containsExactly("a");

        assertThat(pool.onGrow(ticket, 1, true)).isFalse();
        assertThat(pool.views()).singleElement().extracting(View::id).isEqualTo("b");
        assertThat(effects.loading).isEmpty();
    }

    private void crashWhile(String id) {
        pool.onCrashed(id);
        pool.onLost(model -> true);
    }

    @Test
    void aModelThatTheEngineKeepsEndingWithIsRefusedUntilItsCrashesAreLongAgo() {
        for (int minute = 1; minute <= 3; minute++) {
            now = Duration.ofMinutes(minute).toMillis();
            ask("a", 4);
            loaded("a");
            crashWhile("a");
        }

        PoolTicket<String> refused = ask("a", 4);
        ask("b", 4);
        loaded("b");

        assertThat(effects.refused.get(refused))
                .isInstanceOfSatisfying(
                        CrashingModelException.class,
                        reason -> assertThat(reason.retryAfter()).isEqualTo(Duration.ofMinutes(8)))
                .hasMessageContaining("Model a has ended the engine process 3 times within 10 min")
                .hasMessageContaining("not loaded again for 8 min")
                .hasMessageContaining("administrator");
        assertThat(pool.views()).singleElement().extracting(View::id).isEqualTo("b");
        now = Duration.ofMinutes(11).toMillis();
        ask("a", 4);
        assertThat(effects.loading).containsExactly("a");
    }

    @Test
    void whoWaitsForAModelIsRefusedWithTheCrashThatIsOneTooMany() {
        ask("a", 10);
        loaded("a");
        crashWhile("a");
        crashWhile("a");
        ask("b", 10);
        loaded("b");
        PoolTicket<String> waiting = ask("a", 10);

        crashWhile("a");

        assertThat(effects.refused.get(waiting)).isInstanceOf(CrashingModelException.class);
        assertThat(effects.loading).isEmpty();
    }

    @Test
    void aPardonLetsAModelBeTriedAgainAndCountsFromTheBeginning() {
        for (int i = 0; i < 3; i++) {
            crashWhile("a");
        }
        pool.onPardon("a");
        ask("a", 4);
        loaded("a");
        crashWhile("a");

        ask("a", 4);

        assertThat(effects.loading).containsExactly("a");
        assertThat(effects.refused).isEmpty();
    }

    @Test
    void anAdapterCountsWithItsModelAndOnce() {
        ask("a", 4);
        loaded("a");
        ask("b", 4);
        loaded("b");

        assertThat(pool.onAdapter("a", "poet", 2)).isTrue();
        assertThat(pool.onAdapter("a", "poet", 2)).isTrue();
        assertThat(pool.views().get(0).bytes()).isEqualTo(6);
        assertThat(pool.onAdapter("a", "judge", 1)).isFalse();
        release("b");
        assertThat(pool.onAdapter("a", "judge", 1)).isFalse();
        assertThat(effects.unloading).containsExactly("b");
        unloaded("b");
        assertThat(pool.onAdapter("a", "judge", 1)).isTrue();
        assertThat(pool.onAdapter("b", "judge", 1)).isFalse();
    }

    @Test
    void asManyModelsAsMayBeThereAreAndTheLongestIdleOneMakesPlace() {
        pool.onMostModels(2);
        ask("a", 1);
        loaded("a");
        ask("b", 1);
        loaded("b");
        ask("c", 1);
        assertThat(effects.loading).isEmpty();
        assertThat(effects.unloading).isEmpty();

        release("b");
        assertThat(effects.unloading).containsExactly("b");
        unloaded("b");
        assertThat(effects.loading).containsExactly("c");
        loaded("c");

        release("a");
        release("c");
        pool.onMostModels(1);
        assertThat(effects.unloading).containsExactly("a");
    }

    @Test
    void besideAsManyPinnedModelsAsMayBeThereNothingIsLoaded() {
        pool.onPin("a", true);
        ask("a", 1);
        loaded("a");
        pool.onMostModels(1);

        PoolTicket<String> refused = ask("b", 1);

        assertThat(effects.refused.get(refused)).hasMessageContaining("max_models");
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
        release("b");
        release("a");
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
        release("a");
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
        release("a");
        release("b");
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

        release("a");
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
            release("a");
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

        release("a");
        assertThat(effects.unloading).containsExactly("a");
    }

    @Test
    void loadsAgainForWhoeverComesDuringAnUnload() {
        ask("a", 4);
        loaded("a");
        release("a");
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
        release("a");
        pool.onBudget(3);
        assertThat(effects.unloading).containsExactly("a");

        unloaded("a");
        release("b");
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
        release("a");
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

        release("a");
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
        release("a");
        release("b");
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
        release("a");
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
        release("a");
        assertThat(effects.unloading).containsExactly("a");
    }

    private PoolTicket<String> work(String id, String tenant, long bytes, long work) {
        return work(id, Share.of(tenant), bytes, work);
    }

    private PoolTicket<String> work(String id, Share share, long bytes, long work) {
        PoolTicket<String> ticket = new PoolTicket<>(id, bytes, OptionalLong.empty(), share, work);
        pool.onAcquire(ticket);
        return ticket;
    }

    @Test
    void contextsCountWithTheModelsAndWhatDoesNotFitNowWaits() {
        work("a", "ada", 4, 3);
        loaded("a");
        PoolTicket<String> second = work("a", "ada", 4, 3);
        PoolTicket<String> third = work("a", "ada", 4, 3);
        assertThat(effects.granted).containsKey(second).doesNotContainKey(third);
        assertThat(effects.spare).isZero();

        release("a");
        assertThat(effects.granted).containsKey(third);
    }

    @Test
    void anIdleModelGoesForTheContextOfAnother() {
        ask("a", 4);
        loaded("a");
        ask("b", 4);
        loaded("b");
        release("b");
        PoolTicket<String> large = work("a", "ada", 4, 5);
        assertThat(effects.unloading).containsExactly("b");
        unloaded("b");
        assertThat(effects.granted).containsKey(large);
    }

    @Test
    void theModelItselfIsNotEvictedForItsOwnContext() {
        ask("a", 4);
        loaded("a");
        release("a");
        PoolTicket<String> tooLarge = work("a", "ada", 4, 7);
        assertThat(effects.unloading).isEmpty();
        assertThat(effects.refused.get(tooLarge))
                .isInstanceOfSatisfying(
                        PoolFullException.class, full -> assertThat(full.room()).isEqualTo(6));
        assertThat(effects.granted).containsKey(work("a", "ada", 4, 6));
    }

    @Test
    void whoHoldsLeastComesFirst() {
        work("a", "ada", 4, 3);
        loaded("a");
        work("a", "ada", 4, 3);
        PoolTicket<String> adas = work("a", "ada", 4, 3);
        PoolTicket<String> bobs = work("a", "bob", 4, 3);
        release("a");
        assertThat(effects.granted).containsKey(bobs).doesNotContainKey(adas);
        release("a");
        assertThat(effects.granted).containsKey(adas);
    }

    @Test
    void ofOneTenantTheKeyThatHoldsLeastComesFirst() {
        Share nightly = new Share("ada", "nightly");
        work("a", nightly, 4, 3);
        loaded("a");
        work("a", nightly, 4, 3);
        PoolTicket<String> later = work("a", nightly, 4, 3);
        PoolTicket<String> laptop = work("a", new Share("ada", "laptop"), 4, 3);
        release("a");
        assertThat(effects.granted).containsKey(laptop).doesNotContainKey(later);
        release("a");
        assertThat(effects.granted).containsKey(later);
    }

    @Test
    void anotherKeyTakesNothingFromOtherTenants() {
        work("a", new Share("ada", "nightly"), 4, 3);
        loaded("a");
        work("a", new Share("ada", "nightly"), 4, 3);
        PoolTicket<String> laptop = work("a", new Share("ada", "laptop"), 4, 3);
        PoolTicket<String> bobs = work("a", "bob", 4, 3);
        release("a");
        assertThat(effects.granted).containsKey(bobs).doesNotContainKey(laptop);
    }

    @Test
    void aLeaseGrowsWhileThereIsRoomAndNotBeforeThoseWhoWait() {
        PoolTicket<String> first = work("a", "ada", 4, 0);
        loaded("a");
        assertThat(pool.onGrow(first, 4, true)).isTrue();
        assertThat(pool.onGrow(first, 3, false)).isFalse();
        PoolTicket<String> waiter = work("a", "bob", 4, 3);
        PoolTicket<String> late = work("a", "eve", 4, 0);
        assertThat(effects.granted).containsKey(late).doesNotContainKey(waiter);
        assertThat(pool.onGrow(late, 1, true)).as("in turn").isFalse();
        assertThat(pool.onGrow(first, 1, false)).as("running").isTrue();
        assertThat(pool.work()).isEqualTo(5);
        release("a");
        assertThat(effects.granted).containsKey(waiter);
        assertThat(effects.spare).isEqualTo(3);
    }

    @Test
    void whatIsFreeIsLentToCachedPromptsAndTakenBackBeforeALoad() {
        effects.onChange = () -> {};
        pool.onBudget(9);
        assertThat(effects.spare).isEqualTo(9);
        work("a", "ada", 4, 2);
        assertThat(effects.spare).isEqualTo(3);
        pool.onBudget(5);
        assertThat(effects.spare).isZero();
    }
}
