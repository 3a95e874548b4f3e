package io.mlxmanager.engine;

import io.mlxmanager.engine.arch.ModelFacts;
import io.mlxmanager.engine.tokenizer.Detokenizer;
import io.mlxmanager.engine.tokenizer.TokenTable;
import io.mlxmanager.engine.tokenizer.Tokenizer;
import io.mlxmanager.engine.weights.ModelFormatException;

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

    /**
     * Token ids of a rendered prompt.
     *
     * @throws ModelFormatException if tokenizer.json makes a token of it that the model does not have
     */
    default int[] encode(String text) {
        return known(tokenizer().encode(text));
    }

    /** As {@link #encode}, of a text as a whole, with what the tokenizer puts around one. */
    default int[] encodeWhole(String text) {
        return known(tokenizer().encodeWhole(text));
    }

    private int[] known(int[] ids) {
        int size = facts().vocabularySize();
        for (int id : ids) {
            if (id < 0 || id >= size) {
                throw new ModelFormatException(
                        "tokenizer.json: token " + id + " is beyond the vocab_size of config.json, " + size);
            }
        }
        return ids;
    }

    /** A new detokenizer for one answer. */
    default Detokenizer detokenizer() {
        return new Detokenizer(tokenizer());
    }

    /**
     * What each token writes; read from the model's folder when it is asked for first.
     *
     * @throws ModelFormatException if the tokenizer writes text in a way that is not known
     */
    default TokenTable tokens() {
        return tokenizer().tokens();
    }
}
