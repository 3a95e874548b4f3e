package io.mlxmanager.engine.arch;

import java.util.List;

/**
 * What can be told of a model without loading it.
 *
 * @param modelType family, as config.json names it
 * @param vocabularySize number of logits
 * @param contextLength most positions the model was made for
 * @param weightBytes size of the weights on disk
 * @param kvBytesPerToken what one position costs in the cache, with half-precision keys and values
 * @param bits of the general quantisation rule; 0 when the weights are not packed
 * @param ignoredParts parts of the model that are not used, such as {@code vision}: it is served as a model for text
 */
public record ModelFacts(
        String modelType,
        int vocabularySize,
        int contextLength,
        long weightBytes,
        long kvBytesPerToken,
        int bits,
        List<String> ignoredParts) {

    public ModelFacts {
        ignoredParts = List.copyOf(ignoredParts);
    }

    /** These facts as those of a model of which this is the text part. */
    ModelFacts textPartOf(String type, List<String> ignored) {
        return new ModelFacts(type, vocabularySize, contextLength, weightBytes, kvBytesPerToken, bits, ignored);
    }

    /** The same for fewer positions. */
    public ModelFacts withContextLength(int length) {
        return new ModelFacts(modelType, vocabularySize, length, weightBytes, kvBytesPerToken, bits, ignoredParts);
    }
}
