package io.mlxmanager.engine.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TokenMaskTest {

    private final SplittableRandom random = new SplittableRandom(5);

    @Test
    void whatIsOutsideIsImpossibleAndTheRestUntouched() {
        for (int round = 0; round < 200; round++) {
            int size = random.nextInt(1, 400);
            float[] logits = new float[size];
            for (int i = 0; i < size; i++) {
                logits[i] = (float) random.nextDouble(-5, 5);
            }
            BitSet allowed = new BitSet();
            int most = size + random.nextInt(-size / 2, 100);
            for (int i = 0; i < most; i++) {
                allowed.set(i, random.nextInt(3) == 0 || round % 5 == 0);
            }
            boolean few = round % 2 == 0;
            TokenMask mask = few
                    ? TokenMask.few(allowed.stream().toArray())
                    : TokenMask.many(allowed.length() == 0 ? new long[1] : allowed.toLongArray());
            float[] masked = mask.applied(logits);
            for (int i = 0; i < size; i++) {
                assertThat(masked[i]).isEqualTo(allowed.get(i) ? logits[i] : Float.NEGATIVE_INFINITY);
            }
        }
    }

    @Test
    void onlyAllowedTokensAreDrawnAndInTheirProportion() {
        SamplingOptions options = new SamplingOptions(1, 1, 0, 0, 1, 0, 0, Map.of(), OptionalLong.of(3));
        Sampler sampler = new Sampler(options);
        int[] counts = new int[4];
        for (int i = 0; i < 4000; i++) {
            float[] logits = {9, (float) Math.log(3), 0, 9};
            counts[sampler.choose(logits, Optional.of(new Only(1, 2)))]++;
        }
        assertThat(counts[0] + counts[3]).isZero();
        assertThat(counts[1]).as(Arrays.toString(counts)).isBetween(2850, 3150);
    }

    /** With many ideas that are not allowed first, and with few, the answer is the one the whole mask gives. */
    @Test
    void theLikeliestAllowedTokenIsTakenHoweverManyAreLikelier() {
        Sampler sampler = new Sampler(SamplingOptions.GREEDY);
        for (int round = 0; round < 400; round++) {
            float[] logits = new float[random.nextInt(1, 300)];
            for (int i = 0; i < logits.length; i++) {
                logits[i] = random.nextInt(50) == 0 ? Float.NaN : random.nextInt(-4, 40);
            }
            int[] allowed = random.ints(random.nextInt(1, 6), 0, logits.length)
                    .distinct()
                    .sorted()
                    .filter(id -> !Float.isNaN(logits[id]))
                    .toArray();
            if (allowed.length == 0) {
                continue;
            }
            int best = allowed[0];
            for (int id : allowed) {
                best = logits[id] > logits[best] ? id : best;
            }
            assertThat(sampler.choose(logits, Optional.of(new Only(allowed)))).isEqualTo(best);
        }
    }

    /** Always the same tokens. */
    private record Only(BitSet ids) implements TokenConstraint {

        Only(int... ids) {
            this(new BitSet());
            Arrays.stream(ids).forEach(this.ids::set);
        }

        @Override
        public boolean allows(int id) {
            return ids.get(id);
        }

        @Override
        public TokenMask mask() {
            return TokenMask.few(ids.stream().toArray());
        }

        @Override
        public void accept(int id) {}

        @Override
        public boolean complete() {
            return false;
        }
    }
}
