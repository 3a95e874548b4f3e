package io.mlxmanager.engine.arch.decoder;

import io.mlxmanager.engine.cache.CacheView;
import io.mlxmanager.mlx.MlxArray;

/** The part of a block in which tokens look at those before them. Confined to the engine thread. */
@FunctionalInterface
interface TokenMixer {

    /**
     * @param x {@code [sequences, tokens, hidden]}; so is the result
     * @param offsets position of the first token of each sequence
     */
    MlxArray apply(MlxArray x, CacheView cache, int[] offsets);
}
