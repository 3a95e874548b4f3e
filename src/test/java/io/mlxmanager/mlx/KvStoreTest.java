package io.mlxmanager.mlx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mlxmanager.testing.NativeLibrary;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What several stores do together: a step of many sequences, and memory that they share. */
@ExtendWith(NativeLibrary.class)
class KvStoreTest {

    private static final int HEADS = 4;
    private static final int KV_HEADS = 2;
    private static final int DIM = 32;
    private static final double SCALE = 0.17;

    private final SplittableRandom random = new SplittableRandom(5);

    private MlxArray rows(int sequences, int heads, int positions) {
        float[] values = new float[sequences * heads * positions * DIM];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextDouble(-1, 1);
        }
        return Ops.fromFloats(values, sequences, heads, positions, DIM);
    }

    private KvStore filled(int positions) {
        KvStore store = KvStore.create(KV_HEADS, DIM, Dtype.F16);
        try (MlxScope scope = MlxScope.open()) {
            store.append(rows(1, KV_HEADS, positions), rows(1, KV_HEADS, positions));
        }
        return store;
    }

    private static MlxArray row(MlxArray x, int i) {
        return Ops.slice(x, new int[] {i, 0, 0, 0}, new int[] {i + 1, x.dim(1), x.dim(2), x.dim(3)});
    }

    @Test
    void aStepOfManyIsTheStepOfEach() {
        for (int window : new int[] {0, 7}) {
            List<KvStore> together = new ArrayList<>();
            List<KvStore> alone = new ArrayList<>();
            for (int length : new int[] {1, 40, 256, 511, 700}) {
                KvStore store = filled(length);
                together.add(store);
                alone.add(store.share(0, length));
            }
            try (MlxScope scope = MlxScope.open()) {
                MlxArray q = rows(5, HEADS, 1);
                MlxArray k = rows(5, KV_HEADS, 1);
                MlxArray v = rows(5, KV_HEADS, 1);
                MlxArray sinks = Ops.fromFloats(new float[] {0.5f, -1, 0, 2}, HEADS);
                MlxArray attended = KvStore.step(together, q, k, v, SCALE, window, sinks);
                for (int i = 0; i < 5; i++) {
                    alone.get(i).append(row(k, i), row(v, i));
                    float[] expected =
                            alone.get(i).attend(row(q, i), SCALE, window, sinks).toFloats();
                    assertThat(row(attended, i).toFloats()).containsExactly(expected);
                    assertThat(together.get(i).length()).isEqualTo(alone.get(i).length());
                }
            }
            together.forEach(KvStore::close);
            alone.forEach(KvStore::close);
        }
    }

    @Test
    void storesThatShareMemoryDoNotSeeEachOthersFuture() {
        int block = KvStore.blockPositions();
        long before = MlxRuntime.activeBytes();
        try (KvStore first = filled(block + 10);
                KvStore second = first.share(0, block + 5);
                MlxScope scope = MlxScope.open()) {
            MlxArray q = rows(1, HEADS, 1);
            MlxArray k = rows(1, KV_HEADS, 3);
            MlxArray v = rows(1, KV_HEADS, 3);
            float[] original = first.attend(q, SCALE, 0).toFloats();
            second.append(k, v);
            assertThat(first.attend(q, SCALE, 0).toFloats()).containsExactly(original);
            float[] later = second.attend(q, SCALE, 0).toFloats();
            first.append(v, k);
            first.trim(block);
            first.append(v, v);
            assertThat(second.attend(q, SCALE, 0).toFloats()).containsExactly(later);
        }
        assertThat(MlxRuntime.activeBytes()).isEqualTo(before);
    }

    @Test
    void blocksPutTogetherAgainAreTheWhole() {
        int block = KvStore.blockPositions();
        try (KvStore whole = filled(2 * block + 9);
                KvStore first = whole.share(0, block);
                KvStore second = whole.share(block, 2 * block);
                KvStore rest = whole.share(2 * block, 2 * block + 9);
                KvStore again = KvStore.create(KV_HEADS, DIM, Dtype.F16);
                MlxScope scope = MlxScope.open()) {
            again.adopt(first);
            again.adopt(second);
            again.adopt(rest);
            MlxArray q = rows(1, HEADS, 1);
            assertThat(again.length()).isEqualTo(whole.length());
            assertThat(again.attend(q, SCALE, 0).toFloats())
                    .containsExactly(whole.attend(q, SCALE, 0).toFloats());
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
            assertThatThrownBy(() -> KvStore.step(List.of(store, store), q, kv, kv, SCALE, 0, null))
                    .isInstanceOf(MlxException.class)
                    .hasMessageContaining("twice");
            assertThatThrownBy(() -> KvStore.step(List.of(store, other), q, kv, kv, SCALE, 0, null))
                    .isInstanceOf(MlxException.class);
            assertThat(store.length()).isEqualTo(block + 3);
        }
    }
}
