package io.mlxmanager.mlx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mlxmanager.testing.NativeLibrary;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What several stores do together: a step of many sequences, and memory that they share. */
@ExtendWith(NativeLibrary.class)
class KvStoreTest {

    private static final int HEADS = 4;
    private static final int KV_HEADS = 2;
    private static final int DIM = 32;
    private static final double SCALE = 0.17;
    private static final AttentionRule WHOLE = AttentionRule.scaled(SCALE);

    private final SplittableRandom random = new SplittableRandom(5);

    private MlxArray rows(int sequences, int heads, int positions) {
        float[] values = new float[sequences * heads * positions * DIM];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextDouble(-1, 1);
        }
        return Ops.fromFloats(values, sequences, heads, positions, DIM);
    }

    private KvStore filled(int positions) {
        return filled(positions, KvFormat.of(Dtype.F16));
    }

    private KvStore filled(int positions, KvFormat format) {
        KvStore store = KvStore.create(KV_HEADS, DIM, format);
        try (MlxScope scope = MlxScope.open()) {
            store.append(rows(1, KV_HEADS, positions), rows(1, KV_HEADS, positions));
        }
        return store;
    }

    private static Stream<KvFormat> formats() {
        return Stream.of(KvFormat.of(Dtype.F16), new KvFormat(Dtype.F16, 8), new KvFormat(Dtype.F16, 4));
    }

    private static MlxArray row(MlxArray x, int i) {
        return Ops.slice(x, new int[] {i, 0, 0, 0}, new int[] {i + 1, x.dim(1), x.dim(2), x.dim(3)});
    }

    @Test
    void growsByABlockWithoutMovingWhatIsThere() {
        assumeTrue(MlxRuntime.backend().equals("cpu"), "The memory is that of our own back end");
        int block = KvStore.blockPositions();
        long blockBytes = 2L * block * KV_HEADS * DIM * Dtype.F16.byteSize();
        try (MlxScope scope = MlxScope.open();
                KvStore store = filled(40 * block)) {
            MlxArray row = rows(1, KV_HEADS, 1);
            long before = MlxRuntime.activeBytes();
            MlxRuntime.resetPeak();
            store.append(row, row);
            assertThat(MlxRuntime.peakBytes() - before).isBetween(1L, 2 * blockBytes);
            store.append(row, row);
            assertThat(MlxRuntime.activeBytes() - before).isBetween(1L, 2 * blockBytes);
            assertThat(store.length()).isEqualTo(40 * block + 2);
        }
    }

    @ParameterizedTest
    @MethodSource("formats")
    void aStepOfManyIsTheStepOfEach(KvFormat format) {
        for (int window : new int[] {0, 7}) {
            List<KvStore> together = new ArrayList<>();
            List<KvStore> alone = new ArrayList<>();
            for (int length : new int[] {1, 40, 256, 511, 700}) {
                KvStore store = filled(length, format);
                together.add(store);
                alone.add(store.share(0, length));
            }
            try (MlxScope scope = MlxScope.open()) {
                MlxArray q = rows(5, HEADS, 1);
                MlxArray k = rows(5, KV_HEADS, 1);
                MlxArray v = rows(5, KV_HEADS, 1);
                MlxArray sinks = Ops.fromFloats(new float[] {0.5f, -1, 0, 2}, HEADS);
                AttentionRule rule = new AttentionRule(SCALE, window, window / 2.0, sinks);
                MlxArray attended = KvStore.step(together, q, k, v, rule);
                for (int i = 0; i < 5; i++) {
                    alone.get(i).append(row(k, i), row(v, i));
                    float[] expected = alone.get(i).attend(row(q, i), rule).toFloats();
                    assertThat(row(attended, i).toFloats()).containsExactly(expected);
                    assertThat(together.get(i).length()).isEqualTo(alone.get(i).length());
                }
            }
            together.forEach(KvStore::close);
            alone.forEach(KvStore::close);
        }
    }

    @ParameterizedTest
    @MethodSource("formats")
    void storesThatShareMemoryDoNotSeeEachOthersFuture(KvFormat format) {
        int block = KvStore.blockPositions();
        long before = MlxRuntime.activeBytes();
        try (KvStore first = filled(block + 10, format);
                KvStore second = first.share(0, block + 5);
                MlxScope scope = MlxScope.open()) {
            MlxArray q = rows(1, HEADS, 1);
            MlxArray k = rows(1, KV_HEADS, 3);
            MlxArray v = rows(1, KV_HEADS, 3);
            float[] original = first.attend(q, WHOLE).toFloats();
            second.append(k, v);
            assertThat(first.attend(q, WHOLE).toFloats()).containsExactly(original);
            float[] later = second.attend(q, WHOLE).toFloats();
            first.append(v, k);
            first.trim(block);
            first.append(v, v);
            assertThat(second.attend(q, WHOLE).toFloats()).containsExactly(later);
        }
        assertThat(MlxRuntime.activeBytes()).isEqualTo(before);
    }

    @ParameterizedTest
    @MethodSource("formats")
    void blocksPutTogetherAgainAreTheWhole(KvFormat format) {
        int block = KvStore.blockPositions();
        try (KvStore whole = filled(2 * block + 9, format);
                KvStore first = whole.share(0, block);
                KvStore second = whole.share(block, 2 * block);
                KvStore rest = whole.share(2 * block, 2 * block + 9);
                KvStore again = KvStore.create(KV_HEADS, DIM, format);
                MlxScope scope = MlxScope.open()) {
            again.adopt(first);
            again.adopt(second);
            again.adopt(rest);
            MlxArray q = rows(1, HEADS, 1);
            assertThat(again.length()).isEqualTo(whole.length());
            assertThat(again.attend(q, WHOLE).toFloats())
                    .containsExactly(whole.attend(q, WHOLE).toFloats());
        }
    }

    @Test
    void aStepThatStoresNothingLooksAtWhatIsThere() {
        try (KvStore first = filled(20);
                KvStore second = filled(300);
                MlxScope scope = MlxScope.open()) {
            MlxArray q = rows(2, HEADS, 1);
            MlxArray attended = KvStore.step(List.of(first, second), q, null, null, WHOLE);
            assertThat(first.length()).isEqualTo(20);
            assertThat(row(attended, 0).toFloats())
                    .containsExactly(first.attend(row(q, 0), WHOLE).toFloats());
            assertThat(row(attended, 1).toFloats())
                    .containsExactly(second.attend(row(q, 1), WHOLE).toFloats());
        }
    }

    /** Sizes and rules of one attention. */
    private record Look(int heads, int kvHeads, int stored, int queries, int window, double cap, boolean sinks) {}

    private static Stream<Arguments> looks() {
        return Stream.of(
                        new Look(4, 2, 40, 1, 0, 2.5, false),
                        new Look(4, 2, 300, 3, 9, 2.5, true),
                        new Look(4, 2, 300, 70, 0, 2.5, true),
                        new Look(6, 2, 300, 70, 33, 0, true),
                        new Look(34, 1, 300, 1, 0, 0, false),
                        new Look(34, 1, 300, 290, 50, 1.5, true))
                .flatMap(look -> InstructionSets.available().stream()
                        .flatMap(isa -> Stream.of(false, true).map(latent -> Arguments.of(look, latent, isa))));
    }

    @ParameterizedTest
    @MethodSource("looks")
    void attentionIsThatOfThePlainComputation(Look look, boolean latent, String isa) {
        MlxRuntime.isa(isa);
        int valueDim = latent ? DIM - 7 : DIM;
        try (KvStore store = latent
                        ? KvStore.createLatent(look.kvHeads, DIM, valueDim, Dtype.F32)
                        : KvStore.create(look.kvHeads, DIM, Dtype.F32);
                MlxScope scope = MlxScope.open()) {
            MlxArray k = rows(1, look.kvHeads, look.stored);
            MlxArray v = latent ? k : rows(1, look.kvHeads, look.stored);
            MlxArray q = Ops.multiply(rows(1, look.heads, look.queries), 4);
            float[] sinks = new float[look.heads];
            for (int h = 0; h < sinks.length; h++) {
                sinks[h] = h % 3 - 1f;
            }
            store.append(k, latent ? null : v);
            AttentionRule rule = new AttentionRule(
                    SCALE, look.window, look.cap, look.sinks ? Ops.fromFloats(sinks, look.heads) : null);
            MlxArray attended = store.attend(q, rule);
            assertThat(attended.shape()).containsExactly(1, look.heads, look.queries, valueDim);
            double[] expected = plain(look, q.toFloats(), k.toFloats(), v.toFloats(), sinks, valueDim);
            float[] found = attended.toFloats();
            for (int i = 0; i < found.length; i++) {
                assertThat((double) found[i]).as("element %d", i).isCloseTo(expected[i], within(2e-5));
            }
        } finally {
            MlxRuntime.isa("auto");
        }
    }

    private static double[] plain(Look look, float[] q, float[] k, float[] v, float[] sinks, int valueDim) {
        double[] out = new double[look.heads * look.queries * valueDim];
        for (int h = 0; h < look.heads; h++) {
            int shared = h / (look.heads / look.kvHeads);
            for (int t = 0; t < look.queries; t++) {
                int at = look.stored - look.queries + t;
                double[] weights = new double[at + 1];
                double total = look.sinks ? Math.exp(sinks[h]) : 0;
                for (int s = look.window == 0 ? 0 : Math.max(0, at + 1 - look.window); s <= at; s++) {
                    double score = 0;
                    for (int d = 0; d < DIM; d++) {
                        score += (double) q[(h * look.queries + t) * DIM + d] * k[(shared * look.stored + s) * DIM + d];
                    }
                    score *= SCALE;
                    weights[s] = Math.exp(look.cap == 0 ? score : look.cap * Math.tanh(score / look.cap));
                    total += weights[s];
                }
                for (int s = 0; s <= at; s++) {
                    for (int d = 0; d < valueDim; d++) {
                        out[(h * look.queries + t) * valueDim + d] +=
                                weights[s] / total * v[(shared * look.stored + s) * DIM + d];
                    }
                }
            }
        }
        return out;
    }

    @Test
    void aLatentStoreHoldsOneRowForKeyAndValue() {
        try (KvStore latent = KvStore.createLatent(1, 2 * DIM, DIM, Dtype.F16);
                KvStore both = KvStore.create(1, DIM, Dtype.F16);
                MlxScope scope = MlxScope.open()) {
            latent.append(Ops.zeros(Dtype.F32, 1, 1, 5, 2 * DIM), null);
            both.append(Ops.zeros(Dtype.F32, 1, 1, 5, DIM), Ops.zeros(Dtype.F32, 1, 1, 5, DIM));
            assertThat(latent.bytes()).isEqualTo(both.bytes());
            try (KvStore part = latent.share(0, 4)) {
                assertThat(part.length()).isEqualTo(4);
                part.append(Ops.zeros(Dtype.F32, 1, 1, 5, 2 * DIM), null);
                assertThat(latent.length()).isEqualTo(5);
            }
            assertThatThrownBy(() -> latent.append(rows(1, 1, 2), rows(1, 1, 2)))
                    .isInstanceOf(MlxException.class);
            assertThatThrownBy(() -> latent.adopt(both)).isInstanceOf(MlxException.class);
            assertThatThrownBy(() -> KvStore.createLatent(1, 8, 9, Dtype.F16)).isInstanceOf(MlxException.class);
        }
    }

    @Test
    void whatDoesNotFitIsRefused() {
        int block = KvStore.blockPositions();
        try (KvStore store = filled(block + 3);
                KvStore other = KvStore.create(KV_HEADS + 1, DIM, Dtype.F16);
                MlxScope scope = MlxScope.open()) {
            assertThatThrownBy(() -> store.share(1, 2)).isInstanceOf(MlxException.class);
            assertThatThrownBy(() -> store.share(0, block + 4)).isInstanceOf(MlxException.class);
            assertThatThrownBy(() -> store.adopt(other)).isInstanceOf(MlxException.class);
            MlxArray q = rows(2, HEADS, 1);
            MlxArray kv = rows(2, KV_HEADS, 1);
            assertThatThrownBy(() -> KvStore.step(List.of(store, store), q, kv, kv, WHOLE))
                    .isInstanceOf(MlxException.class)
                    .hasMessageContaining("twice");
            assertThatThrownBy(() -> KvStore.step(List.of(store, other), q, kv, kv, WHOLE))
                    .isInstanceOf(MlxException.class);
            assertThatThrownBy(() -> KvStore.step(List.of(store), row(q, 0), row(kv, 0), null, WHOLE))
                    .isInstanceOf(MlxException.class);
            assertThatThrownBy(() -> KvStore.step(List.of(store), row(q, 0), null, row(kv, 0), WHOLE))
                    .isInstanceOf(MlxException.class);
            assertThatThrownBy(
                            () -> KvStore.step(List.of(other), Ops.zeros(Dtype.F32, 1, 3, 1, DIM), null, null, WHOLE))
                    .isInstanceOf(MlxException.class)
                    .hasMessageContaining("empty");
            for (double cap : new double[] {-1, Double.NaN}) {
                assertThatThrownBy(() -> store.attend(row(q, 0), new AttentionRule(1, 0, cap, null)))
                        .isInstanceOf(MlxException.class)
                        .hasMessageContaining("cap");
            }
            assertThat(store.length()).isEqualTo(block + 3);
        }
    }
}
