package io.mlxmanager.serve.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlxmanager.engine.Share;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Random schedules: whatever happens in whatever order, the books stay right and everybody is answered. */
class PoolSchedulerPropertyTest {

    private static final int SCHEDULES = 10_000;
    private static final int STEPS = 60;

    @Test
    void keepsTheBudgetSparesModelsInUseAndAnswersEverybody() {
        for (int seed = 0; seed < SCHEDULES; seed++) {
            new Schedule(seed).run();
        }
    }

    /** One schedule with its own world. */
    private static final class Schedule {

        private final int seed;
        private final Random random;
        private final RecordingEffects effects = new RecordingEffects();
        private long budget;
        private long ceiling;
        private final PoolScheduler<String> pool;
        private long now;
        private final Map<String, Long> sizes = new HashMap<>();
        private final List<PoolTicket<String>> asked = new ArrayList<>();
        private final List<PoolTicket<String>> released = new ArrayList<>();
        private final List<PoolTicket<String>> orphans = new ArrayList<>();
        private int lost;
        private int most;
        private int crowd;

        Schedule(int seed) {
            this.seed = seed;
            this.random = new Random(seed);
            this.budget = 5L + random.nextInt(20);
            this.ceiling = budget;
            this.pool =
                    new PoolScheduler<>(budget, () -> now, effects, new CrashBook(2, Duration.ofMillis(3), () -> now));
            int models = 1 + random.nextInt(6);
            for (int i = 0; i < models; i++) {
                sizes.put("m" + i, 1L + random.nextInt(12));
            }
        }

        void run() {
            for (int step = 0; step < STEPS; step++) {
                act();
                check();
            }
            settle();
            assertThat(effects.discards)
                    .as("seed %d: what was left of lost models", seed)
                    .isEqualTo(lost);
            for (PoolTicket<String> ticket : asked) {
                assertThat(effects.granted.containsKey(ticket) || effects.refused.containsKey(ticket))
                        .as("seed %d: a ticket for %s has no answer", seed, ticket.id())
                        .isTrue();
            }
        }

        private void act() {
            switch (random.nextInt(10)) {
                case 0, 1, 2, 3 -> ask();
                case 4, 5 -> finishALoad();
                case 6 -> finishAnUnload();
                case 7, 8 -> releaseOne();
                default -> rare();
            }
        }

        private void rare() {
            switch (random.nextInt(10)) {
                case 0 -> pool.onUnload(anyModel());
                case 1 -> pool.onPin(anyModel(), random.nextBoolean());
                case 8 -> pool.onPardon(anyModel());
                case 2 -> pool.onKeepAlive(random.nextInt(4) - 1);
                case 3 -> {
                    now += random.nextInt(4);
                    pool.onTick();
                }
                case 4 -> {
                    budget = 1L + random.nextInt(25);
                    ceiling = Math.max(budget, used());
                    pool.onBudget(budget);
                }
                case 7 -> {
                    most = random.nextInt(4);
                    crowd = Math.max(most, pool.views().size());
                    pool.onMostModels(most);
                }
                case 5 -> loseSome();
                case 6 -> {
                    List<PoolTicket<String>> held = held();
                    if (!held.isEmpty()) {
                        boolean inTurn = random.nextBoolean();
                        pool.onGrow(held.get(random.nextInt(held.size())), 1L + random.nextInt(3), inTurn);
                    }
                }
                default -> {
                    if (!asked.isEmpty()) {
                        pool.onCancel(asked.get(random.nextInt(asked.size())));
                    }
                }
            }
        }

        /** The engine's process ended, or some of what was in it is gone: it does not matter here. */
        private void loseSome() {
            List<String> gone = pool.views().stream()
                    .filter(view -> view.state() == ModelState.READY && random.nextBoolean())
                    .map(PoolBooks.View::id)
                    .toList();
            lost += gone.size();
            held().stream().filter(ticket -> gone.contains(ticket.id())).forEach(orphans::add);
            if (random.nextBoolean()) {
                pool.onCrashed(anyModel());
            }
            List<String> pinned = pool.onLost(model -> gone.contains(model.substring("model ".length())));
            assertThat(gone).as("seed %d: what is loaded again", seed).containsAll(pinned);
        }

        private void ask() {
            String id = anyModel();
            PoolTicket<String> ticket = new PoolTicket<>(
                    id,
                    sizes.get(id),
                    keepAlive(),
                    new Share("tenant" + random.nextInt(3), "key" + random.nextInt(2)),
                    random.nextBoolean() ? 0 : random.nextInt(8));
            asked.add(ticket);
            pool.onAcquire(ticket);
        }

        private OptionalLong keepAlive() {
            return random.nextBoolean() ? OptionalLong.empty() : OptionalLong.of(random.nextInt(4) - 1L);
        }

        private boolean finishALoad() {
            if (effects.loading.isEmpty()) {
                return false;
            }
            String id = new ArrayList<>(effects.loading).get(random.nextInt(effects.loading.size()));
            effects.loading.remove(id);
            if (random.nextInt(5) == 0) {
                pool.onLoadFailed(id, new IllegalStateException("unreadable"));
            } else {
                pool.onLoaded(id, "model " + id);
            }
            return true;
        }

        private boolean finishAnUnload() {
            if (effects.unloading.isEmpty()) {
                return false;
            }
            String id = effects.unloading.iterator().next();
            effects.unloading.remove(id);
            pool.onUnloaded(id);
            return true;
        }

        private boolean releaseOne() {
            List<PoolTicket<String>> held = held();
            if (held.isEmpty()) {
                return false;
            }
            PoolTicket<String> ticket = held.get(random.nextInt(held.size()));
            released.add(ticket);
            pool.onRelease(ticket);
            return true;
        }

        private List<PoolTicket<String>> held() {
            List<PoolTicket<String>> held = new ArrayList<>(effects.granted.keySet());
            held.removeAll(released);
            return held;
        }

        private void settle() {
            boolean moved = true;
            while (moved) {
                moved = finishALoad() || finishAnUnload() || releaseOne();
                check();
            }
        }

        private void check() {
            crowd = Math.max(most, Math.min(crowd, pool.views().size()));
            if (most > 0) {
                assertThat(pool.views()).as("seed %d: models in memory", seed).hasSizeLessThanOrEqualTo(crowd);
            }
            long used = used();
            ceiling = Math.max(budget, Math.min(ceiling, used));
            assertThat(used).as("seed %d: bytes in memory", seed).isLessThanOrEqualTo(ceiling);
            assertThat(used + effects.spare)
                    .as("seed %d: with what is lent to cached prompts", seed)
                    .isLessThanOrEqualTo(ceiling);
            List<PoolTicket<String>> held = held();
            held.removeAll(orphans);
            for (PoolTicket<String> ticket : held) {
                assertThat(effects.unloading)
                        .as("seed %d: models being unloaded while in use", seed)
                        .doesNotContain(ticket.id());
            }
        }

        /** Models, and contexts of leases; loads count with what they were asked for. */
        private long used() {
            return pool.views().stream().mapToLong(PoolBooks.View::bytes).sum() + pool.work();
        }

        private String anyModel() {
            return "m" + random.nextInt(sizes.size());
        }
    }
}
