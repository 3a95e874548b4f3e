package io.mlxmanager.engine;

import io.mlxmanager.engine.arch.LanguageModel;
import io.mlxmanager.engine.arch.ModelFacts;
import io.mlxmanager.engine.cache.PrefixCache;
import io.mlxmanager.engine.tokenizer.Detokenizer;
import io.mlxmanager.engine.tokenizer.TokenTable;
import io.mlxmanager.engine.tokenizer.Tokenizer;

/**
 * A loaded model as others see it. The tokenizer and the facts may be used from any thread until the model is unloaded;
 * the decoder belongs to the engine thread.
 */
public final class EngineModel {

    private final ModelFacts facts;
    private final Tokenizer tokenizer;
    private final LanguageModel decoder;
    private final PrefixCache prefixes;

    EngineModel(ModelFacts facts, Tokenizer tokenizer, LanguageModel decoder, PrefixCache prefixes) {
        this.facts = facts;
        this.tokenizer = tokenizer;
        this.decoder = decoder;
        this.prefixes = prefixes;
    }

    public ModelFacts facts() {
        return facts;
    }

    /** Token ids of a rendered prompt. */
    public int[] encode(String text) {
        return tokenizer.encode(text);
    }

    /** From text to token ids and back. */
    public Tokenizer tokenizer() {
        return tokenizer;
    }

    /** A new detokenizer for one answer. */
    public Detokenizer detokenizer() {
        return new Detokenizer(tokenizer);
    }

    /**
     * What each token writes; read from the model's folder when it is asked for first.
     *
     * @throws io.mlxmanager.engine.weights.ModelFormatException if the tokenizer writes text in a way that is not known
     */
    public TokenTable tokens() {
        return tokenizer.tokens();
    }

    LanguageModel decoder() {
        return decoder;
    }

    /** Engine thread only. */
    PrefixCache prefixes() {
        return prefixes;
    }

    /** Engine thread only. */
    void close() {
        prefixes.close();
        decoder.close();
        tokenizer.close();
    }
}
