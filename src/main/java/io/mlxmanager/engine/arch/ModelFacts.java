package io.mlxmanager.engine.arch;

import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What can be told of a model without loading it.
 *
 * @param modelType family, as config.json names it
 * @param vocabularySize number of logits
 * @param contextLength most positions the model was made for
 * @param weightBytes size of the weights on disk
 * @param kvBytes what one position costs in the cache with keys and values in half precision, all layers of a kind together;
 *     kinds that no layer is of are left out
 * @param bits of the general quantisation rule; 0 when the weights are not packed
 * @param ignoredParts parts of the model that are not used, such as {@code vision}: it is served as a model for text
 */
public record ModelFacts(
        String modelType,
        int vocabularySize,
        int contextLength,
        long weightBytes,
        Map<KvKind, Long> kvBytes,
        int bits,
        List<String> ignoredParts) {

    public ModelFacts {
        // In the order of the kinds, so that answers do not change from one start to the next.
        EnumMap<KvKind, Long> byKind = new EnumMap<>(KvKind.class);
        byKind.putAll(kvBytes);
        kvBytes = Collections.unmodifiableMap(byKind);
        ignoredParts = List.copyOf(ignoredParts);
    }

    /** What one position costs in the cache, in all layers, with keys and values in half precision. */
    public long kvBytesPerToken() {
        return kvBytes.values().stream().mapToLong(Long::longValue).sum();
    }

    /** These facts as those of a model of which this is the text part. */
    ModelFacts textPartOf(String type, List<String> ignored) {
        return new ModelFacts(type, vocabularySize, contextLength, weightBytes, kvBytes, bits, ignored);
    }

    /** The same for fewer positions. */
    public ModelFacts withContextLength(int length) {
        return new ModelFacts(modelType, vocabularySize, length, weightBytes, kvBytes, bits, ignoredParts);
    }
}
