package io.mlxmanager.mlx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.mlxmanager.testing.NativeLibrary;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys and values packed in 8 and 4 bits: what they come back as, what attention makes of it, and what they take. */
@ExtendWith(NativeLibrary.class)
class PackedKvTest {

    private static final int HEADS = 6;
    private static final int KV_HEADS = 2;
    private static final double SCALE = 0.11;

    private final SplittableRandom random = new SplittableRandom(8);

    private MlxArray rows(int heads, int positions, int dim) {
        float[] values = new float[heads * positions * dim];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextDouble(-2, 2);
        }
        return Ops.fromFloats(values, 1, heads, positions, dim);
    }

    private static boolean ownKernels() {
        return MlxRuntime.backend().equals("cpu");
    }

    /** MLX unpacks to halves before it multiplies. */
    private static float lost() {
        return ownKernels() ? 2e-5f : 2e-3f;
    }

    private static KvFormat bits(int bits) {
        return new KvFormat(Dtype.F16, bits);
    }

    /** What a packed store gives for a value whose query looks at nothing else: the value as it is kept. */
    private static float[] kept(KvStore store, int position, int dim) {
        float[] all = new float[KV_HEADS * dim];
        try (KvStore part = store.share(0, position + 1)) {
            MlxArray only = part.attend(Ops.zeros(Dtype.F32, 1, KV_HEADS, 1, dim), new AttentionRule(1, 1, 0, null));
            System.arraycopy(only.toFloats(), 0, all, 0, all.length);
        }
        return all;
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 4})
    void whatIsPackedComesBackWithinAStep(int bits) {
        for (int dim : new int[] {32, 64, 96, 128}) {
            try (KvStore store = KvStore.create(KV_HEADS, dim, bits(bits));
                    MlxScope scope = MlxScope.open()) {
                MlxArray v = rows(KV_HEADS, 3, dim);
                store.append(rows(KV_HEADS, 3, dim), v);
                float[] wanted = v.toFloats();
                // A range of 4 in so many steps, of which a value is at most a half away, and what halves lose. MLX
                // moves
                // the steps so that one of them is zero, which costs the farthest values up to another half.
                double steps = ownKernels() ? 0.5 : 1;
                double most = steps * 4 / ((1 << bits) - 1) * 1.3 + 1e-3;
                for (int position = 0; position < 3; position++) {
                    float[] found = kept(store, position, dim);
                    for (int i = 0; i < found.length; i++) {
                        int at = (i / dim * 3 + position) * dim + i % dim;
                        assertThat(found[i]).as("element %d", i).isCloseTo(wanted[at], within((float) most));
                    }
                }
            }
        }
    }

    private static Stream<Arguments> looks() {
        return InstructionSets.available().stream()
                .flatMap(isa -> Stream.of(8, 4)
                        .flatMap(bits -> IntStream.of(1, 3, 40).mapToObj(queries -> Arguments.of(bits, queries, isa))));
    }

    /** Attention over a packed store is the attention over what a store of floats holds that was given the kept values. */
    @ParameterizedTest
    @MethodSource("looks")
    void attentionIsThatOfTheKeptValues(int bits, int queries, String isa) {
        int dim = 64;
        int stored = 300;
        MlxRuntime.isa(isa);
        try (KvStore packed = KvStore.create(KV_HEADS, dim, bits(bits));
                KvStore floats = KvStore.create(KV_HEADS, dim, Dtype.F32);
                MlxScope scope = MlxScope.open()) {
            packed.append(rows(KV_HEADS, stored, dim), rows(KV_HEADS, stored, dim));
            floats.append(
                    Unpacked.rows(packed.readKeys(0, stored), dim, bits),
                    Unpacked.rows(packed.readValues(0, stored).orElseThrow(), dim, bits));
            MlxArray q = rows(HEADS, queries, dim);
            AttentionRule rule =
                    new AttentionRule(SCALE, 200, 3, Ops.fromFloats(new float[] {1, 0, -1, 2, 0.5f, -2}, HEADS));
            float[] expected = floats.attend(q, rule).toFloats();
            float[] found = packed.attend(q, rule).toFloats();
            for (int i = 0; i < found.length; i++) {
                assertThat(found[i]).as("element %d", i).isCloseTo(expected[i], within(lost()));
            }
        } finally {
            MlxRuntime.isa("auto");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 4})
    void latentKeysArePackedOnceForBoth(int bits) {
        int dim = 96;
        int valueDim = 80;
        for (int queries : new int[] {1, 50}) {
            try (KvStore packed = KvStore.createLatent(1, dim, valueDim, bits(bits));
                    KvStore floats = KvStore.createLatent(1, dim, valueDim, Dtype.F32);
                    MlxScope scope = MlxScope.open()) {
                packed.append(rows(1, 70, dim), null);
                assertThat(packed.readValues(0, 70)).isEmpty();
                floats.append(Unpacked.rows(packed.readKeys(0, 70), dim, bits), null);
                MlxArray q = rows(HEADS, queries, dim);
                float[] expected = floats.attend(q, AttentionRule.scaled(SCALE)).toFloats();
                float[] found = packed.attend(q, AttentionRule.scaled(SCALE)).toFloats();
                assertThat(found).hasSize(HEADS * queries * valueDim).containsExactly(expected, within(lost()));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 4})
    void whatWasReadIsTakenBackAsItIs(int bits) {
        int dim = 64;
        try (KvStore store = KvStore.create(KV_HEADS, dim, bits(bits));
                KvStore again = KvStore.create(KV_HEADS, dim, bits(bits));
                MlxScope scope = MlxScope.open()) {
            store.append(rows(KV_HEADS, 300, dim), rows(KV_HEADS, 300, dim));
            MlxArray keys = store.readKeys(0, 300);
            assertThat(keys.dtype()).isEqualTo(Dtype.U8);
            assertThat(keys.shape())
                    .containsExactly(1, KV_HEADS, 300, (int) bits(bits).rowBytes(dim));
            again.append(keys, store.readValues(0, 300).orElseThrow());
            assertThat(again.readKeys(0, 300).toBytes()).isEqualTo(keys.toBytes());
            MlxArray q = rows(HEADS, 1, dim);
            assertThat(again.attend(q, AttentionRule.scaled(SCALE)).toFloats())
                    .containsExactly(
                            store.attend(q, AttentionRule.scaled(SCALE)).toFloats());
        }
    }

    @Test
    void aGroupThatHoldsNoNumberIsLostAloneAndConstantOnesStay() {
        int dim = 128;
        try (KvStore store = KvStore.create(1, dim, bits(8));
                MlxScope scope = MlxScope.open()) {
            float[] values = new float[dim];
            Arrays.fill(values, 0, 64, Float.POSITIVE_INFINITY);
            Arrays.fill(values, 64, 128, 0.375f);
            MlxArray v = Ops.fromFloats(values, 1, 1, 1, dim);
            store.append(Ops.zeros(Dtype.F32, 1, 1, 1, dim), v);
            float[] found = store.attend(Ops.zeros(Dtype.F32, 1, 1, 1, dim), AttentionRule.scaled(SCALE))
                    .toFloats();
            Arrays.fill(values, 0, 64, Float.NaN);
            assertThat(found).containsExactly(values);
        }
    }

    @Test
    void aStoreTakesWhatItsFormatSays() {
        int block = KvStore.blockPositions();
        for (int dim : new int[] {32, 40, 64, 128}) {
            for (int bits : new int[] {0, 8, 4}) {
                try (KvStore store = KvStore.create(KV_HEADS, dim, bits(bits));
                        MlxScope scope = MlxScope.open()) {
                    store.append(rows(KV_HEADS, 1, dim), rows(KV_HEADS, 1, dim));
                    assertThat(store.bytes())
                            .as("%d elements of %d bits", dim, bits)
                            .isEqualTo(2L * KV_HEADS * block * bits(bits).rowBytes(dim));
                }
            }
        }
        for (int bits : new int[] {0, 8, 4}) {
            long before = MlxRuntime.activeBytes();
            try (KvStore store = KvStore.create(8, 128, bits(bits))) {
                try (MlxScope scope = MlxScope.open()) {
                    store.append(rows(8, 1, 128), rows(8, 1, 128));
                }
                if (ownKernels()) {
                    assertThat(MlxRuntime.activeBytes() - before).isEqualTo(store.bytes());
                }
            }
        }
        assertThat(bits(8).rowBytes(128)).isEqualTo(136);
        assertThat(bits(4).rowBytes(128)).isEqualTo(72);
        assertThat(bits(4).rowBytes(96)).isEqualTo(60);
        assertThat(bits(8).rowBytes(40)).as("heads that cannot be packed").isEqualTo(80);
    }

    @Test
    void storesOfOtherFormatsAndBytesOfOtherRowsAreRefused() {
        try (KvStore eight = KvStore.create(KV_HEADS, 64, bits(8));
                KvStore four = KvStore.create(KV_HEADS, 64, bits(4));
                KvStore half = KvStore.create(KV_HEADS, 64, bits(0));
                MlxScope scope = MlxScope.open()) {
            eight.append(rows(KV_HEADS, 2, 64), rows(KV_HEADS, 2, 64));
            MlxArray keys = eight.readKeys(0, 2);
            for (KvStore other : new KvStore[] {four, half}) {
                assertThatThrownBy(() -> other.adopt(eight)).isInstanceOf(MlxException.class);
                assertThatThrownBy(() -> other.append(keys, keys)).isInstanceOf(MlxException.class);
                assertThat(other.length()).isZero();
            }
        }
        assertThatThrownBy(() -> bits(5)).isInstanceOf(MlxException.class);
        assertThatThrownBy(() -> new KvFormat(Dtype.U8, 0)).isInstanceOf(MlxException.class);
    }

    /** The format read without our kernels. */
    private static final class Unpacked {

        static MlxArray rows(MlxArray stored, int dim, int bits) {
            byte[] bytes = stored.toBytes();
            int heads = stored.dim(1);
            int positions = stored.dim(2);
            int rowBytes = stored.dim(3);
            int group = dim % 64 == 0 ? 64 : 32;
            float[] values = new float[heads * positions * dim];
            for (int row = 0; row < heads * positions; row++) {
                for (int i = 0; i < dim; i++) {
                    int at = row * rowBytes;
                    int code = bits == 8 ? bytes[at + i] & 255 : (bytes[at + i / 2] >> (i % 2 * 4)) & 15;
                    int scales = at + dim * bits / 8;
                    values[row * dim + i] = code * half(bytes, scales + i / group * 2)
                            + half(bytes, scales + (dim / group + i / group) * 2);
                }
            }
            return Ops.fromFloats(values, 1, heads, positions, dim);
        }

        private static float half(byte[] bytes, int at) {
            int half = (bytes[at] & 255) | ((bytes[at + 1] & 255) << 8);
            int exponent = (half >> 10) & 31;
            double mantissa = half & 1023;
            double size = exponent == 0 ? mantissa * 0x1p-24 : (1024 + mantissa) * Math.scalb(1.0, exponent - 25);
            return (float) ((half & 0x8000) == 0 ? size : -size);
        }
    }
}
