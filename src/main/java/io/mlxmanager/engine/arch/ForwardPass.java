package io.mlxmanager.engine.arch;

import io.mlxmanager.engine.arch.LanguageModel.Positions;
import io.mlxmanager.mlx.MlxArray;

/**
 * Tokens of one sequence on their way through the layers of a model, so that others need not wait until all layers are done.
 * Until then nothing else may read into the same cache, whose layers hold different numbers of positions on the way. Confined
 * to the engine thread; closing it frees what lies between two layers and leaves the cache as it is.
 */
public interface ForwardPass extends AutoCloseable {

    /** Layers that are left. */
    int left();

    /**
     * Computes the next layers before it returns.
     *
     * @param layers at least 1, at most those that are {@link #left}
     */
    void advance(int layers);

    /**
     * After the last layer.
     *
     * @return logits {@code [1, n, vocabulary]}, with {@code n} 1 or the number of tokens; owned by the innermost scope
     */
    MlxArray logits(Positions positions);

    @Override
    void close();
}
