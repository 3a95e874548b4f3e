package io.mlxmanager.engine.sample;

import java.util.Map;
import java.util.OptionalLong;

/**
 * How the next token is chosen. Neutral values switch a step off.
 *
 * @param temperature 0 chooses the most likely token
 * @param topP in (0, 1]; 1 keeps all tokens
 * @param topK 0 keeps all tokens
 * @param minP share of the best token's probability that a token needs, 0 to 1
 * @param repetitionPenalty divides (or multiplies, when negative) the logits of recent tokens; 1 changes nothing
 * @param presencePenalty subtracted once from the logits of recent tokens
 * @param frequencyPenalty subtracted for each occurrence among recent tokens
 * @param logitBias added to single logits
 * @param seed of the random generator; absent means an unpredictable one
 * @param xtc excludes top choices now and then
 */
public record SamplingOptions(
        float temperature,
        float topP,
        int topK,
        float minP,
        float repetitionPenalty,
        float presencePenalty,
        float frequencyPenalty,
        Map<Integer, Float> logitBias,
        OptionalLong seed,
        Xtc xtc) {

    /** Without exclusions. */
    public SamplingOptions(
            float temperature,
            float topP,
            int topK,
            float minP,
            float repetitionPenalty,
            float presencePenalty,
            float frequencyPenalty,
            Map<Integer, Float> logitBias,
            OptionalLong seed) {
        this(
                temperature,
                topP,
                topK,
                minP,
                repetitionPenalty,
                presencePenalty,
                frequencyPenalty,
                logitBias,
                seed,
                Xtc.NONE);
    }

    public static final SamplingOptions GREEDY =
            new SamplingOptions(0, 1, 0, 0, 1, 0, 0, Map.of(), OptionalLong.empty());

    public SamplingOptions {
        require(temperature >= 0, "temperature", temperature);
        require(topP > 0 && topP <= 1, "top_p", topP);
        require(topK >= 0, "top_k", topK);
        require(minP >= 0 && minP <= 1, "min_p", minP);
        require(repetitionPenalty > 0, "repetition_penalty", repetitionPenalty);
        require(Float.isFinite(presencePenalty), "presence_penalty", presencePenalty);
        require(Float.isFinite(frequencyPenalty), "frequency_penalty", frequencyPenalty);
        logitBias = Map.copyOf(logitBias);
    }

    /** Whether only the position of the largest logit matters. */
    public boolean plainGreedy() {
        return temperature == 0 && !penalised() && logitBias.isEmpty();
    }

    /** The same for another of several answers to one prompt: a given seed must not give all of them alike. */
    public SamplingOptions forChoice(int index) {
        return new SamplingOptions(
                temperature,
                topP,
                topK,
                minP,
                repetitionPenalty,
                presencePenalty,
                frequencyPenalty,
                logitBias,
                seed.isPresent() ? OptionalLong.of(seed.getAsLong() + index) : seed,
                xtc);
    }

    /** The same with exclusions. */
    public SamplingOptions withXtc(Xtc exclusions) {
        return new SamplingOptions(
                temperature,
                topP,
                topK,
                minP,
                repetitionPenalty,
                presencePenalty,
                frequencyPenalty,
                logitBias,
                seed,
                exclusions);
    }

    boolean penalised() {
        return repetitionPenalty != 1 || presencePenalty != 0 || frequencyPenalty != 0;
    }

    private static void require(boolean holds, String name, double value) {
        if (!holds) {
            throw new IllegalArgumentException(name + " must not be " + value);
        }
    }
}
