package io.mlxmanager.engine;

import io.mlxmanager.engine.arch.ModelFacts;
import io.mlxmanager.engine.tokenizer.Detokenizer;
import io.mlxmanager.engine.tokenizer.TokenTable;
import io.mlxmanager.engine.tokenizer.Tokenizer;

/**
 * A loaded model as others see it, wherever its weights are. Any thread, until the model is unloaded. Identity counts: a model
 * that is loaded again is another one.
 */
public interface EngineModel {

    ModelPurpose purpose();

    /** Length of the vectors of a model that makes some. */
    int dimensions();

    ModelFacts facts();

    /** From text to token ids and back. */
    Tokenizer tokenizer();

    /** Token ids of a rendered prompt. */
    default int[] encode(String text) {
        return tokenizer().encode(text);
    }

    /** Token ids of a text as a whole, with what the tokenizer puts around one. */
    default int[] encodeWhole(String text) {
        return tokenizer().encodeWhole(text);
    }

    /** A new detokenizer for one answer. */
    default Detokenizer detokenizer() {
        return new Detokenizer(tokenizer());
    }

    /**
     * What each token writes; read from the model's folder when it is asked for first.
     *
     * @throws io.mlxmanager.engine.weights.ModelFormatException if the tokenizer writes text in a way that is not known
     */
    default TokenTable tokens() {
        return tokenizer().tokens();
    }
}
