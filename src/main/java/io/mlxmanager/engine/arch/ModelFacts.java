package io.mlxmanager.engine.arch;

/**
 * What can be told of a model without loading it.
 *
 * @param modelType family, as config.json names it
 * @param vocabularySize number of logits
 * @param contextLength most positions the model was made for
 * @param weightBytes size of the weights on disk
 * @param kvBytesPerToken what one position costs in the cache, with half-precision keys and values
 * @param bits of the general quantisation rule; 0 when the weights are not packed
 */
public record ModelFacts(
        String modelType, int vocabularySize, int contextLength, long weightBytes, long kvBytesPerToken, int bits) {}
