package io.mlxmanager.engine.arch;

import io.mlxmanager.engine.cache.ModelCache;
import io.mlxmanager.engine.nn.Adapter;
import io.mlxmanager.mlx.MlxArray;
import java.nio.file.Path;
import java.util.List;

/** A loaded decoder. Confined to the engine thread; closing it frees its weights. */
public interface LanguageModel extends AutoCloseable {

    /** For which positions logits are wanted. */
    enum Positions {
        LAST,
        ALL
    }

    /** An empty cache for one sequence; the caller closes it. */
    ModelCache newCache();

    /**
     * Reads tokens behind those that the cache holds, and adds them to it.
     *
     * @param ids at least one, each below the vocabulary size
     * @return logits {@code [1, n, vocabulary]}, with {@code n} 1 or the number of ids; owned by the innermost scope
     */
    MlxArray forward(int[] ids, ModelCache cache, Positions positions);

    /** How many layers a {@link ForwardPass} goes through. */
    int layers();

    /**
     * Begins what {@link #forward} does at once; the caller closes the pass, before the cache.
     *
     * @param ids at least one, each below the vocabulary size
     */
    ForwardPass begin(int[] ids, ModelCache cache);

    /**
     * Loads an adapter for this model; the caller closes it, before the model.
     *
     * @param folder with adapter_config.json and adapters.safetensors
     * @throws io.mlxmanager.engine.weights.ModelFormatException naming what does not fit
     */
    Adapter loadAdapter(Path folder);

    /**
     * One step of several sequences.
     *
     * @param ids the next token of each
     * @param caches what each has read so far; no cache twice
     * @return logits {@code [sequences, 1, vocabulary]}, owned by the innermost scope
     */
    MlxArray step(int[] ids, List<ModelCache> caches);

    /** Whether several tokens of several sequences can be read in one pass: every layer keeps the positions of its own. */
    boolean readsSeveral();

    /**
     * Reads the next tokens of several sequences in one pass, each computed as a {@link #step} would. Where {@link
     * #readsSeveral}.
     *
     * @param ids the next tokens of each, at least one
     * @param caches what each has read so far; no cache twice
     * @return logits {@code [tokens, 1, vocabulary]} in the order of {@link io.mlxmanager.engine.cache.TokenColumns}, owned by
     *     the innermost scope
     */
    MlxArray read(List<int[]> ids, List<ModelCache> caches);

    @Override
    void close();
}
