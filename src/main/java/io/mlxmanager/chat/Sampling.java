package io.mlxmanager.chat;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * How the next token is drawn. Empty means "not said": the profile, then the model's generation_config.json, then the
 * server decide. A value that is present is meant, zero included: temperature 0 is greedy decoding, not "unset".
 *
 * @param temperature 0 (greedy) to 2
 * @param topP probability mass kept, 0 to 1
 * @param topK number of candidates kept; 0 keeps all
 * @param minP smallest probability kept, relative to the best candidate, 0 to 1
 * @param seed makes the draw repeatable
 * @param repetitionPenalty divides the logits of tokens seen before; 1 changes nothing
 * @param presencePenalty subtracted once from tokens generated before, -2 to 2
 * @param frequencyPenalty subtracted per occurrence from tokens generated before, -2 to 2
 * @param logitBias by token id, added to its logit, -100 to 100
 * @param xtc excludes top choices now and then
 */
public record Sampling(
        OptionalDouble temperature,
        OptionalDouble topP,
        OptionalInt topK,
        OptionalDouble minP,
        OptionalLong seed,
        OptionalDouble repetitionPenalty,
        OptionalDouble presencePenalty,
        OptionalDouble frequencyPenalty,
        Map<Integer, Float> logitBias,
        Optional<Xtc> xtc) {

    /**
     * How often, and from which tokens on, all but the least likely of the likely tokens are left out.
     *
     * @param probability that a token is drawn so, 0 to 1
     * @param threshold probability above which a token is likely, 0 to 0.5
     */
    public record Xtc(double probability, double threshold) {}

    /** Without exclusions. */
    public Sampling(
            OptionalDouble temperature,
            OptionalDouble topP,
            OptionalInt topK,
            OptionalDouble minP,
            OptionalLong seed,
            OptionalDouble repetitionPenalty,
            OptionalDouble presencePenalty,
            OptionalDouble frequencyPenalty,
            Map<Integer, Float> logitBias) {
        this(
                temperature,
                topP,
                topK,
                minP,
                seed,
                repetitionPenalty,
                presencePenalty,
                frequencyPenalty,
                logitBias,
                Optional.empty());
    }

    /** Everything left to the defaults of profile, model and server. */
    public static final Sampling UNSPECIFIED = new Sampling(
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalInt.empty(),
            OptionalDouble.empty(),
            OptionalLong.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            Map.of());

    public Sampling {
        logitBias = Map.copyOf(logitBias);
    }

    /** This sampling with every unsaid value taken from {@code defaults}. */
    public Sampling orElse(Sampling defaults) {
        return new Sampling(
                first(temperature, defaults.temperature),
                first(topP, defaults.topP),
                topK.isPresent() ? topK : defaults.topK,
                first(minP, defaults.minP),
                seed.isPresent() ? seed : defaults.seed,
                first(repetitionPenalty, defaults.repetitionPenalty),
                first(presencePenalty, defaults.presencePenalty),
                first(frequencyPenalty, defaults.frequencyPenalty),
                logitBias.isEmpty() ? defaults.logitBias : logitBias,
                xtc.or(() -> defaults.xtc));
    }

    /** This sampling at another temperature. */
    public Sampling withTemperature(double value) {
        return new Sampling(
                OptionalDouble.of(value),
                topP,
                topK,
                minP,
                seed,
                repetitionPenalty,
                presencePenalty,
                frequencyPenalty,
                logitBias,
                xtc);
    }

    private static OptionalDouble first(OptionalDouble said, OptionalDouble otherwise) {
        return said.isPresent() ? said : otherwise;
    }
}
