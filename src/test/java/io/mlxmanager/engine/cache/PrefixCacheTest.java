package io.mlxmanager.engine.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlxmanager.mlx.AttentionRule;
import io.mlxmanager.mlx.Dtype;
import io.mlxmanager.mlx.KvStore;
import io.mlxmanager.mlx.MlxArray;
import io.mlxmanager.mlx.MlxRuntime;
import io.mlxmanager.mlx.MlxScope;
import io.mlxmanager.mlx.Ops;
import io.mlxmanager.testing.NativeLibrary;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NativeLibrary.class)
class PrefixCacheTest {

    private static final int DIM = 32;
    private static final String ADA = "ada";

    private final int block = KvStore.blockPositions();
    private final Deque<ModelCache> open = new ArrayDeque<>();
    private long before;
    private PrefixCache.Budget budget;
    private PrefixCache prefixes;

    @BeforeEach
    void open() {
        before = MlxRuntime.activeBytes();
        budget = new PrefixCache.Budget(1L << 30);
        prefixes = new PrefixCache(budget, block);
    }

    @AfterEach
    void nothingIsLeft() {
        open.forEach(ModelCache::close);
        prefixes.close();
        assertThat(budget.held()).isZero();
        try (MlxScope scope = MlxScope.open()) {
            // A lazy back end has done with what was begun before it, and freed that, when it has computed this.
            MlxArray one = Ops.fromFloats(new float[] {1}, 1);
            Ops.eval(Ops.add(one, one));
        }
        assertThat(MlxRuntime.activeBytes()).isEqualTo(before);
    }

    private ModelCache empty() {
        ModelCache cache =
                new ModelCache(List.of(KvStore.create(1, DIM, Dtype.F16), KvStore.create(1, DIM, Dtype.F16)));
        open.add(cache);
        return cache;
    }

    /** Reads tokens as a model would: what is stored at a position tells its token. */
    private static void read(ModelCache cache, int[] tokens) {
        try (MlxScope scope = MlxScope.open()) {
            int from = cache.length();
            float[] values = new float[(tokens.length - from) * DIM];
            for (int i = 0; i < values.length; i++) {
                values[i] = tokens[from + i / DIM];
            }
            var rows = Ops.fromFloats(values, 1, 1, tokens.length - from, DIM);
            for (int layer = 0; layer < 2; layer++) {
                cache.layer(layer).append(rows, rows);
            }
        }
    }

    private static void assertHolds(ModelCache cache, int[] tokens, int count) {
        assertThat(cache.length()).isEqualTo(count);
        if (count == 0) {
            return;
        }
        double mean = Arrays.stream(tokens, 0, count).average().orElseThrow();
        try (MlxScope scope = MlxScope.open()) {
            var query = Ops.full(Dtype.F32, 0, 1, 1, 1, DIM);
            for (int layer = 0; layer < 2; layer++) {
                assertThat((double) cache.layer(layer)
                                .attend(query, AttentionRule.scaled(1))
                                .toFloats()[0])
                        .isCloseTo(mean, org.assertj.core.api.Assertions.within(0.05));
            }
        }
    }

    private static int[] tokens(int seed, int count) {
        return new SplittableRandom(seed).ints(count, 0, 50).toArray();
    }

    private static int[] join(int[] first, int... second) {
        return IntStream.concat(Arrays.stream(first), Arrays.stream(second)).toArray();
    }

    private void serve(String tenant, int[] tokens) {
        ModelCache cache = empty();
        read(cache, tokens);
        prefixes.keep(tenant, tokens, tokens.length, cache);
    }

    private int restored(String tenant, int[] prompt) {
        ModelCache cache = empty();
        int count = prefixes.restore(tenant, prompt, prompt.length - 1, cache);
        assertHolds(cache, prompt, count);
        return count;
    }

    @Test
    void aConversationGoesOnWhereItWas() {
        int[] first = tokens(1, 2 * block + 40);
        serve(ADA, first);
        assertThat(restored(ADA, join(first, 1, 2, 3))).isEqualTo(first.length);
        assertThat(restored(ADA, first)).isEqualTo(first.length - 1);
    }

    @Test
    void whatDiffersInTheMiddleOfABlockIsSharedUpToThere() {
        int[] first = tokens(2, block + 200);
        serve(ADA, first);
        int[] other = join(Arrays.copyOf(first, block + 77), 99, 98, 97);
        assertThat(restored(ADA, other)).isEqualTo(block + 77);
        int[] early = join(Arrays.copyOf(first, 50), 99, 98, 97);
        assertThat(restored(ADA, early)).isEqualTo(50);
        assertThat(restored(ADA, tokens(3, 300))).isZero();
    }

    @Test
    void anotherTenantFindsNothing() {
        int[] prompt = tokens(4, 3 * block);
        serve(ADA, prompt);
        assertThat(restored("bob", prompt)).isZero();
        assertThat(restored(ADA, prompt)).isEqualTo(prompt.length - 1);
    }

    @Test
    void whatConversationsShareIsHeldOnce() {
        int[] system = tokens(5, 4 * block);
        serve(ADA, join(system, tokens(6, 20)));
        long one = budget.held();
        serve(ADA, join(system, tokens(7, 20)));
        // One block of five, or as much of it as is in use.
        assertThat(budget.held() - one).isBetween(1L, one / 5);
    }

    @Test
    void blocksOfAPromptAreThereWhileItsAnswerIsWritten() {
        int[] prompt = tokens(8, 2 * block + 5);
        ModelCache running = empty();
        read(running, prompt);
        prefixes.keepBlocks(ADA, prompt, prompt.length, running);
        assertThat(restored(ADA, prompt)).isEqualTo(2 * block);
        read(running, join(prompt, 1, 2, 3));
        assertHolds(running, join(prompt, 1, 2, 3), prompt.length + 3);
    }

    @Test
    void theLongestUnusedGoesFirst() {
        int[] system = tokens(9, block);
        serve(ADA, join(system, tokens(10, block)));
        long perBlock = budget.held() / 2;
        budget = new PrefixCache.Budget(3 * perBlock);
        prefixes.close();
        prefixes = new PrefixCache(budget, block);
        int[] a = join(system, tokens(10, block));
        int[] b = join(system, tokens(11, block));
        int[] c = join(system, tokens(12, block));
        serve(ADA, a);
        serve(ADA, b);
        assertThat(restored(ADA, join(a, 1))).isEqualTo(2 * block);
        serve(ADA, c);
        assertThat(restored(ADA, join(b, 1))).isEqualTo(block);
        assertThat(restored(ADA, join(a, 1))).isEqualTo(2 * block);
        assertThat(restored(ADA, join(c, 1))).isEqualTo(2 * block);
        assertThat(budget.held()).isEqualTo(3 * perBlock);
    }

    @Test
    void withoutABudgetNothingIsKept() {
        prefixes = new PrefixCache(new PrefixCache.Budget(0), block);
        int[] prompt = tokens(13, 2 * block);
        serve(ADA, prompt);
        assertThat(restored(ADA, prompt)).isZero();
    }

    @Test
    void randomConversationsNeverGetWhatIsNotTheirs() {
        SplittableRandom random = new SplittableRandom(14);
        budget = new PrefixCache.Budget(40L * block * DIM * 2 * 2 * 2);
        prefixes = new PrefixCache(budget, block);
        int[][] known = new int[12][];
        Arrays.setAll(known, i -> tokens(100 + i, 30));
        for (int round = 0; round < 300; round++) {
            int which = random.nextInt(known.length);
            int cut = random.nextInt(known[which].length + 1);
            int[] prompt = join(
                    Arrays.copyOf(known[which], cut),
                    random.ints(random.nextInt(1, 2 * block), 0, 3).toArray());
            String tenant = random.nextBoolean() ? ADA : "bob";
            ModelCache cache = empty();
            int count = prefixes.restore(tenant, prompt, prompt.length - 1, cache);
            assertHolds(cache, prompt, count);
            read(cache, prompt);
            prefixes.keep(tenant, prompt, prompt.length, cache);
            open.removeLast().close();
            known[which] = prompt.length > 5 * block ? tokens(round, 30) : prompt;
            assertThat(budget.held()).isLessThanOrEqualTo(40L * block * DIM * 2 * 2 * 2);
        }
    }
}
