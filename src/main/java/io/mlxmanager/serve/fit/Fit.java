package io.mlxmanager.serve.fit;

import io.mlxmanager.engine.arch.ModelFacts;
import java.util.List;

/**
 * The answer to whether a model can be run here, in bytes.
 *
 * @param supported whether the engine knows the family and can serve the configuration
 * @param reason why not; empty when it can
 * @param modelType family as config.json names it; empty when it names none
 * @param weightBytes of all weight files
 * @param kvBytesPerToken one position's keys and values in all layers
 * @param contextLength most positions the model was made for
 * @param ignoredParts parts of the model that are not used, such as {@code vision}
 * @param roomBytes what models may take in all, less what models in use or pinned hold
 */
public record Fit(
        boolean supported,
        String reason,
        String modelType,
        long weightBytes,
        long kvBytesPerToken,
        int contextLength,
        List<String> ignoredParts,
        long roomBytes) {

    static Fit of(ModelFacts facts, long roomBytes) {
        return new Fit(
                true,
                "",
                facts.modelType(),
                facts.weightBytes(),
                facts.kvBytesPerToken(),
                facts.contextLength(),
                facts.ignoredParts(),
                roomBytes);
    }

    static Fit unsupported(String reason, String modelType, long weightBytes, long roomBytes) {
        return new Fit(false, reason, modelType, weightBytes, 0, 0, List.of(), roomBytes);
    }

    /** Whether weights and at least one position have room now. */
    public boolean fits() {
        return supported && longestContext() > 0;
    }

    /** Most positions that have room beside the weights, at most what the model was made for; 0 when none has. */
    public int longestContext() {
        long left = roomBytes - weightBytes;
        if (!supported || left <= 0) {
            return 0;
        }
        return kvBytesPerToken == 0 ? contextLength : (int) Math.min(contextLength, left / kvBytesPerToken);
    }
}
