package io.mlxmanager.engine.arch.decoder;

import io.mlxmanager.mlx.MlxArray;

/** What a layer does with the stream behind its two parts. Confined to the engine thread. */
@FunctionalInterface
interface BlockEnd {

    /** Nothing. */
    BlockEnd NONE = (x, inputs) -> x;

    /**
     * @param x {@code [sequences, tokens, hidden]}; so is the result
     * @param inputs what the layer reads of the tokens themselves, {@code [sequences, tokens, features]}, or null
     */
    MlxArray apply(MlxArray x, MlxArray inputs);
}
