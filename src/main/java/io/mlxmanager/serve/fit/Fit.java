package io.mlxmanager.serve.fit;

import io.mlxmanager.engine.arch.KvKind;
import io.mlxmanager.engine.arch.ModelFacts;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The answer to whether a model can be run here, in bytes.
 *
 * @param supported whether the engine knows the family and can serve the configuration
 * @param reason why not; empty when it can
 * @param modelType family as config.json names it; empty when it names none
 * @param weightBytes of all weight files
 * @param kvBytes one position's keys and values by kind of layer, such as {@code sliding_attention}, as they are kept here
 * @param contextLength most positions the model was made for
 * @param ignoredParts parts of the model that are not used, such as {@code vision}
 * @param roomBytes what models may take in all, less what models in use or pinned hold
 * @param longestContext most positions that have room beside the weights, as the pool counts it; 0 when none has
 */
public record Fit(
        boolean supported,
        String reason,
        String modelType,
        long weightBytes,
        Map<String, Long> kvBytes,
        int contextLength,
        List<String> ignoredParts,
        long roomBytes,
        int longestContext) {

    static Fit of(ModelFacts facts, Map<KvKind, Long> kvBytes, long roomBytes, int longestContext) {
        return new Fit(
                true,
                "",
                facts.modelType(),
                facts.weightBytes(),
                byName(kvBytes),
                facts.contextLength(),
                facts.ignoredParts(),
                roomBytes,
                longestContext);
    }

    private static Map<String, Long> byName(Map<KvKind, Long> bytes) {
        Map<String, Long> names = new LinkedHashMap<>();
        bytes.forEach((kind, each) -> names.put(kind.name().toLowerCase(Locale.ROOT), each));
        return names;
    }

    static Fit unsupported(String reason, String modelType, long weightBytes, long roomBytes) {
        return new Fit(false, reason, modelType, weightBytes, Map.of(), 0, List.of(), roomBytes, 0);
    }

    /** One position's keys and values in all layers. */
    public long kvBytesPerToken() {
        return kvBytes.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Whether weights and at least one position have room now. */
    public boolean fits() {
        return supported && longestContext > 0;
    }
}
