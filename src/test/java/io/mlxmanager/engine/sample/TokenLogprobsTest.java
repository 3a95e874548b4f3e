package io.mlxmanager.engine.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mlxmanager.engine.sample.TokenLogprobs.Entry;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TokenLogprobsTest {

    private static float[] logits(SplittableRandom random, int count) {
        float[] logits = new float[count];
        for (int i = 0; i < count; i++) {
            logits[i] = (float) random.nextDouble(-30, 30);
        }
        return logits;
    }

    /** By the definition, with no regard to overflow. */
    private static double plain(float[] logits, int id) {
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit);
        }
        return Math.log(Math.exp(logits[id]) / sum);
    }

    @Test
    void isThePlainLogSoftmaxAndTheBestOfIt() {
        for (int seed = 0; seed < 50; seed++) {
            float[] logits = logits(new SplittableRandom(seed), 3 + seed * 7);
            TokenLogprobs found = TokenLogprobs.of(logits, seed % logits.length, 5);

            assertThat(found.chosen().logprob())
                    .as("seed %d", seed)
                    .isCloseTo(plain(logits, seed % logits.length), within(1e-9));
            List<Integer> best = IntStream.range(0, logits.length)
                    .boxed()
                    .sorted(Comparator.<Integer, Float>comparing(id -> logits[id])
                            .reversed())
                    .limit(5)
                    .toList();
            assertThat(found.top()).as("seed %d", seed).extracting(Entry::id).isEqualTo(best);
            assertThat(found.top())
                    .allSatisfy(
                            entry -> assertThat(entry.logprob()).isCloseTo(plain(logits, entry.id()), within(1e-9)));
        }
    }

    @Test
    void probabilitiesOfAllTokensAddUpToOne() {
        float[] logits = logits(new SplittableRandom(3), 500);
        DoubleStream all =
                TokenLogprobs.of(logits, 0, 500).top().stream().mapToDouble(entry -> Math.exp(entry.logprob()));
        assertThat(all.sum()).isCloseTo(1, within(1e-9));
    }

    @Test
    void equalTokensGoByTheirIdAndThereAreNeverMoreThanTokens() {
        assertThat(TokenLogprobs.of(new float[] {1, 2, 2, 1}, 3, 9).top())
                .extracting(Entry::id)
                .containsExactly(1, 2, 0, 3);
        assertThat(TokenLogprobs.of(new float[] {1, 2}, 0, 0).top()).isEmpty();
    }

    @Test
    void hugeLogitsDoNotOverflowAndWhatIsNoNumberCountsAsImpossible() {
        TokenLogprobs found = TokenLogprobs.of(new float[] {1e30f, Float.NaN, Float.NEGATIVE_INFINITY, 1e30f}, 0, 4);
        assertThat(found.chosen().logprob()).isCloseTo(Math.log(0.5), within(1e-9));
        assertThat(found.top()).extracting(Entry::id).containsExactly(0, 3, 2);
        assertThat(found.top().get(2).logprob()).isEqualTo(Double.NEGATIVE_INFINITY);
    }

    /** As mlx-lm has it: bias and penalties are in what is told, the temperature is not. */
    @Test
    void theSamplerLeavesBiasAndPenaltiesInTheLogitsButNotTheTemperature() {
        Sampler sampler =
                new Sampler(new SamplingOptions(0.1f, 0.5f, 1, 0, 1, 0, 2, Map.of(2, 5f), OptionalLong.of(1)));
        sampler.observe(0);
        float[] logits = {3, 1, 0};
        assertThat(sampler.choose(logits)).isEqualTo(2);
        assertThat(logits).containsExactly(1, 1, 5);
    }
}
