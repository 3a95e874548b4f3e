package io.mlxmanager.engine;

import io.mlxmanager.engine.arch.LanguageModel;
import io.mlxmanager.engine.arch.ModelFacts;
import io.mlxmanager.engine.cache.PrefixCache;
import io.mlxmanager.engine.cache.PrefixKeys;
import io.mlxmanager.engine.embed.Embedder;
import io.mlxmanager.engine.tokenizer.Detokenizer;
import io.mlxmanager.engine.tokenizer.TokenTable;
import io.mlxmanager.engine.tokenizer.Tokenizer;
import io.mlxmanager.engine.weights.ModelFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A loaded model as others see it. The tokenizer and the facts may be used from any thread until the model is unloaded;
 * the decoder belongs to the engine thread.
 */
public final class EngineModel {

    private final ModelFacts facts;
    private final Tokenizer tokenizer;
    private final LanguageModel decoder;
    private final PrefixCache prefixes;
    private final Embedder embedder;
    private final Map<String, EngineAdapter> adapters = new HashMap<>();
    private final Optional<PrefixKeys> keys;

    /** @param keys where prefixes are kept outside the process */
    EngineModel(
            ModelFacts facts,
            Tokenizer tokenizer,
            LanguageModel decoder,
            PrefixCache prefixes,
            Optional<PrefixKeys> keys) {
        this.keys = keys;
        this.facts = facts;
        this.tokenizer = tokenizer;
        this.decoder = decoder;
        this.prefixes = prefixes;
        this.embedder = null;
    }

    EngineModel(ModelFacts facts, Tokenizer tokenizer, Embedder embedder) {
        this.facts = facts;
        this.tokenizer = tokenizer;
        this.decoder = null;
        this.prefixes = null;
        this.keys = Optional.empty();
        this.embedder = embedder;
    }

    public ModelPurpose purpose() {
        return embedder == null ? ModelPurpose.GENERATE : ModelPurpose.EMBED;
    }

    /** Length of the vectors of a model that makes some. */
    public int dimensions() {
        return embedder().features();
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

    /** Token ids of a text as a whole, with what the tokenizer puts around one. */
    public int[] encodeWhole(String text) {
        return tokenizer.encodeWhole(text);
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
        if (decoder == null) {
            throw new IllegalStateException("the model was loaded to make embeddings");
        }
        return decoder;
    }

    Embedder embedder() {
        if (embedder == null) {
            throw new IllegalStateException("the model was loaded to generate");
        }
        return embedder;
    }

    Optional<PrefixKeys> keys() {
        return keys;
    }

    /** Engine thread only. */
    PrefixCache prefixes() {
        return prefixes;
    }

    /** Engine thread only. One that changed on disk is loaded anew; who uses the old one keeps it. */
    EngineAdapter adapter(Path folder) {
        try {
            String name = folder + "@" + Files.getLastModifiedTime(folder.resolve("adapters.safetensors"));
            EngineAdapter known = adapters.get(name);
            if (known == null) {
                known = new EngineAdapter(name, decoder().loadAdapter(folder));
                adapters.put(name, known);
            }
            return known;
        } catch (IOException e) {
            throw new ModelFormatException(folder.getFileName() + ": adapters.safetensors cannot be read", e);
        }
    }

    /** Engine thread only. */
    void close() {
        adapters.values().forEach(each -> each.adapter().close());
        if (embedder == null) {
            prefixes.close();
            decoder.close();
        } else {
            embedder.close();
        }
        tokenizer.close();
    }
}
