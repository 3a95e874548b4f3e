package io.mlxmanager.engine;

import io.mlxmanager.engine.sample.TokenLogprobs;

/**
 * Hears of one generation. Called on the engine thread, so it must hand over and return at once; exactly one of
 * {@link #finished} and {@link #failed} comes, last.
 */
public interface GenerationListener {

    /**
     * The prompt is being read.
     *
     * @param cachedTokens tokens of it that need not be read, because an earlier prompt began alike
     */
    default void started(int cachedTokens) {}

    /** The next token of the answer; stop tokens are not reported. */
    void token(int id);

    /** As {@link #token(int)}, in its place when the request wants likelihoods. */
    default void token(int id, TokenLogprobs logprobs) {
        token(id);
    }

    /** The likelihood of the next token of the prompt, from the second one on, when the request wants it. */
    default void promptToken(TokenLogprobs logprobs) {}

    void finished(GenerationEnd end);

    void failed(RuntimeException cause);
}
