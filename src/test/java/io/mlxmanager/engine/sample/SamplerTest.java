package io.mlxmanager.engine.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SamplerTest {

    private static final int DRAWS = 20_000;

    private static SamplingOptions options(float temperature, float topP, int topK, float minP) {
        return new SamplingOptions(temperature, topP, topK, minP, 1, 0, 0, Map.of(), OptionalLong.of(7));
    }

    @Test
    void temperatureZeroTakesTheBest() {
        assertThat(new Sampler(SamplingOptions.GREEDY).choose(new float[] {1, 3, 2}))
                .isEqualTo(1);
    }

    @Test
    void theFirstOfEqualsIsTheBest() {
        assertThat(new Sampler(SamplingOptions.GREEDY).choose(new float[] {0, 3, 3}))
                .isEqualTo(1);
    }

    @Test
    void drawsAsOftenAsTheProbabilitySays() {
        double[] shares = shares(options(1, 1, 0, 0), 0, (float) Math.log(3), (float) Math.log(6));
        assertThat(shares[0]).isCloseTo(0.1, within(0.02));
        assertThat(shares[1]).isCloseTo(0.3, within(0.02));
        assertThat(shares[2]).isCloseTo(0.6, within(0.02));
    }

    @Test
    void aHigherTemperatureFlattens() {
        double[] shares = shares(options(2, 1, 0, 0), 0, (float) Math.log(4), (float) Math.log(9));
        assertThat(shares[0]).isCloseTo(1 / 6.0, within(0.02));
        assertThat(shares[1]).isCloseTo(2 / 6.0, within(0.02));
    }

    @Test
    void xtcLeavesTheLeastLikelyOfTheLikely() {
        float[] logits = {(float) Math.log(0.5), (float) Math.log(0.3), (float) Math.log(0.15), (float) Math.log(0.05)};
        SamplingOptions always = options(1, 1, 0, 0).withXtc(new Xtc(1, 0.1f, Set.of()));
        assertThat(drawn(always, logits)).containsExactly(2, 3);
        assertThat(drawn(options(1, 1, 0, 0).withXtc(new Xtc(1, 0.1f, Set.of(0))), logits))
                .containsExactly(0, 2, 3);
        // One likely token alone is no top choice among others.
        assertThat(drawn(options(1, 1, 0, 0).withXtc(new Xtc(1, 0.4f, Set.of())), logits))
                .containsExactly(0, 1, 2, 3);
        // Top-k comes behind it, top-p before.
        assertThat(drawn(options(1, 1, 1, 0).withXtc(new Xtc(1, 0.1f, Set.of())), logits))
                .containsExactly(2);
        assertThat(drawn(options(1, 0.6f, 0, 0).withXtc(new Xtc(1, 0.1f, Set.of())), logits))
                .containsExactly(1);
        double[] shares = shares(options(1, 1, 0, 0).withXtc(new Xtc(0.5f, 0.2f, Set.of())), logits);
        assertThat(shares[0]).isCloseTo(0.25, within(0.02));
    }

    @Test
    void topKKeepsTheBestFew() {
        assertThat(drawn(options(1, 1, 2, 0), 1, 1.5f, 0, 1.2f)).containsExactly(1, 3);
    }

    @Test
    void topPKeepsTheTokenThatCrossesTheMass() {
        float[] logits = {(float) Math.log(0.5), (float) Math.log(0.3), (float) Math.log(0.15), (float) Math.log(0.05)};
        assertThat(drawn(options(1, 0.6f, 0, 0), logits)).containsExactly(0, 1);
        assertThat(drawn(options(1, 0.4f, 0, 0), logits)).containsExactly(0);
        assertThat(drawn(options(1, 0.96f, 0, 0), logits)).containsExactly(0, 1, 2, 3);
    }

    @Test
    void topPLooksAtProbabilitiesBeforeTheTemperature() {
        float[] logits = {(float) Math.log(0.5), (float) Math.log(0.3), (float) Math.log(0.2)};
        assertThat(drawn(options(50, 0.6f, 0, 0), logits)).containsExactly(0, 1);
    }

    @Test
    void minPComparesWithTheBest() {
        float[] logits = {0, (float) Math.log(0.5), (float) Math.log(0.1)};
        assertThat(drawn(options(1, 1, 0, 0.3f), logits)).containsExactly(0, 1);
    }

    @Test
    void theSameSeedDrawsTheSame() {
        Random random = new Random(1);
        Sampler one = new Sampler(options(1, 0.9f, 40, 0.01f));
        Sampler other = new Sampler(options(1, 0.9f, 40, 0.01f));
        for (int i = 0; i < 200; i++) {
            float[] logits = new float[300];
            for (int j = 0; j < logits.length; j++) {
                logits[j] = (float) random.nextGaussian();
            }
            assertThat(one.choose(logits.clone())).isEqualTo(other.choose(logits.clone()));
        }
    }

    /** However few are sorted, the draw is that among all of them in order, each step in its place. */
    @Test
    void drawsAsIfEverythingWereSorted() {
        Random random = new Random(3);
        for (int round = 0; round < 3000; round++) {
            float[] logits = new float[random.nextInt(1, 400)];
            double spread = random.nextInt(3) == 0 ? 30 : 2;
            for (int i = 0; i < logits.length; i++) {
                logits[i] = (float) (Math.rint(random.nextGaussian() * spread * 8) / 8);
            }
            float topP = random.nextInt(3) == 0 ? 1 : 0.05f + 0.95f * random.nextFloat();
            int topK = random.nextInt(4) == 0 ? 0 : random.nextInt(1, 100);
            float minP = random.nextInt(3) == 0 ? 0.2f * random.nextFloat() : 0;
            boolean steered = random.nextBoolean();
            SamplingOptions options = new SamplingOptions(
                            0.8f,
                            topP,
                            topK,
                            minP,
                            steered ? 1.5f : 1,
                            steered ? 0.25f : 0,
                            steered ? 0.125f : 0,
                            steered ? Map.of(random.nextInt(logits.length), 3f) : Map.of(),
                            OptionalLong.of(round))
                    .withXtc(
                            random.nextInt(3) == 0
                                    ? new Xtc(0.7f, 0.3f * random.nextFloat(), Set.of(random.nextInt(logits.length)))
                                    : Xtc.NONE);
            int[] seen = random.ints(random.nextInt(40), 0, logits.length).toArray();
            Sampler sampler = new Sampler(options);
            IntStream.of(seen).forEach(sampler::observe);
            int drawn = sampler.choose(logits.clone());
            assertThat(drawn)
                    .as("round " + round)
                    .isEqualTo(drawnPlainly(steered(logits, options, seen), options, new SplittableRandom(round)));
        }
    }

    /** Bias, then what was seen among the last twenty: repetition, presence, frequency. */
    private static float[] steered(float[] logits, SamplingOptions options, int[] seen) {
        float[] steered = logits.clone();
        options.logitBias().forEach((id, bias) -> steered[id] += bias);
        int from = Math.max(0, seen.length - 20);
        for (int id = 0; id < steered.length; id++) {
            int wanted = id;
            long times = IntStream.range(from, seen.length)
                    .filter(i -> seen[i] == wanted)
                    .count();
            if (times > 0) {
                float penalty = options.repetitionPenalty();
                steered[id] = steered[id] < 0 ? steered[id] * penalty : steered[id] / penalty;
                steered[id] -= options.presencePenalty();
                steered[id] -= options.frequencyPenalty() * times;
            }
        }
        return steered;
    }

    private static int drawnPlainly(float[] logits, SamplingOptions options, SplittableRandom dice) {
        boolean excluding = options.xtc().probability() > 0
                && dice.nextDouble() < options.xtc().probability();
        double uniform = dice.nextDouble();
        List<Integer> ids = IntStream.range(0, logits.length)
                .boxed()
                .sorted(Comparator.comparing((Integer id) -> -logits[id]).thenComparing(id -> id))
                .toList();
        float best = logits[ids.get(0)];
        double mass =
                ids.stream().mapToDouble(id -> Math.exp(logits[id] - best)).sum();
        List<Integer> open = new ArrayList<>();
        double before = 0;
        for (int id : ids) {
            double relative = Math.exp(logits[id] - best);
            if (relative >= options.minP() && (options.topP() == 1 || before < options.topP())) {
                open.add(id);
            }
            before += relative / mass;
        }
        if (excluding) {
            double left =
                    open.stream().mapToDouble(id -> Math.exp(logits[id] - best)).sum();
            List<Integer> likely = open.stream()
                    .filter(id ->
                            Math.exp(logits[id] - best) / left > options.xtc().threshold())
                    .toList();
            open.removeIf(id -> likely.contains(id)
                    && !id.equals(likely.get(likely.size() - 1))
                    && !options.xtc().spared().contains(id));
        }
        int kept = options.topK() == 0 ? open.size() : Math.min(open.size(), options.topK());
        double[] cumulative = new double[kept];
        double sum = 0;
        for (int i = 0; i < kept; i++) {
            sum += Math.exp((logits[open.get(i)] - logits[open.get(0)]) / options.temperature());
            cumulative[i] = sum;
        }
        int drawn = 0;
        while (drawn < kept - 1 && uniform * sum >= cumulative[drawn]) {
            drawn++;
        }
        return open.get(drawn);
    }

    @Test
    void penaltiesCountWhatWasSeen() {
        Sampler repetition = new Sampler(new SamplingOptions(0, 1, 0, 0, 2, 0, 0, Map.of(), OptionalLong.empty()));
        repetition.observe(0);
        assertThat(repetition.choose(new float[] {3, 2})).isEqualTo(1);
        Sampler negative = new Sampler(new SamplingOptions(0, 1, 0, 0, 2, 0, 0, Map.of(), OptionalLong.empty()));
        negative.observe(0);
        assertThat(negative.choose(new float[] {-1, -1.5f})).isEqualTo(1);
        Sampler frequency = new Sampler(new SamplingOptions(0, 1, 0, 0, 1, 0, 1, Map.of(), OptionalLong.empty()));
        frequency.observe(0);
        frequency.observe(0);
        assertThat(frequency.choose(new float[] {3, 1.5f})).isEqualTo(1);
        Sampler presence = new Sampler(new SamplingOptions(0, 1, 0, 0, 1, 1, 0, Map.of(), OptionalLong.empty()));
        presence.observe(0);
        presence.observe(0);
        assertThat(presence.choose(new float[] {3, 1.5f})).isZero();
    }

    @Test
    void penaltiesForgetWhatIsLongAgo() {
        Sampler sampler = new Sampler(new SamplingOptions(0, 1, 0, 0, 10, 0, 0, Map.of(), OptionalLong.empty()));
        sampler.observe(0);
        for (int i = 0; i < 20; i++) {
            sampler.observe(1);
        }
        assertThat(sampler.choose(new float[] {3, 2})).isZero();
    }

    @Test
    void biasIsAdded() {
        SamplingOptions biased = new SamplingOptions(0, 1, 0, 0, 1, 0, 0, Map.of(0, 5f, 99, 5f), OptionalLong.empty());
        assertThat(new Sampler(biased).choose(new float[] {1, 3})).isZero();
    }

    @Test
    void survivesInfinities() {
        float[] logits = {Float.NEGATIVE_INFINITY, 1, Float.NaN, Float.NEGATIVE_INFINITY};
        assertThat(drawn(options(1, 0.9f, 3, 0.1f), logits)).containsExactly(1);
    }

    @Test
    void refusesLogitsThatAreNoNumbers() {
        assertThatThrownBy(() -> new Sampler(SamplingOptions.GREEDY).choose(new float[] {Float.NaN}))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesToDrawWhereNothingIsPossible() {
        float none = Float.NEGATIVE_INFINITY;
        for (int topK : new int[] {0, 3}) {
            assertThatThrownBy(() -> new Sampler(options(1, 0.9f, topK, 0)).choose(new float[] {none, none}))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("possible");
        }
    }

    @Test
    void refusesOptionsThatMeanNothing() {
        assertThatThrownBy(() -> options(-1, 1, 0, 0)).hasMessageContaining("temperature");
        assertThatThrownBy(() -> options(1, 0, 0, 0)).hasMessageContaining("top_p");
        assertThatThrownBy(() -> options(1, 1, -1, 0)).hasMessageContaining("top_k");
        assertThatThrownBy(() -> options(1, 1, 0, 2)).hasMessageContaining("min_p");
    }

    private static double[] shares(SamplingOptions options, float... logits) {
        Sampler sampler = new Sampler(options);
        double[] shares = new double[logits.length];
        for (int i = 0; i < DRAWS; i++) {
            shares[sampler.choose(logits.clone())] += 1.0 / DRAWS;
        }
        return shares;
    }

    private static Set<Integer> drawn(SamplingOptions options, float... logits) {
        Sampler sampler = new Sampler(options);
        Set<Integer> drawn = new TreeSet<>();
        for (int i = 0; i < 2000; i++) {
            drawn.add(sampler.choose(logits.clone()));
        }
        return drawn;
    }
}
