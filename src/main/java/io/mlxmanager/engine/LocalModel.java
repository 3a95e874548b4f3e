package io.mlxmanager.engine;

import io.mlxmanager.engine.arch.LanguageModel;
import io.mlxmanager.engine.arch.ModelFacts;
import io.mlxmanager.engine.cache.PrefixCache;
import io.mlxmanager.engine.cache.PrefixKeys;
import io.mlxmanager.engine.embed.Embedder;
import io.mlxmanager.engine.tokenizer.Tokenizer;
import io.mlxmanager.engine.weights.ModelFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** A model in the memory of this process. The decoder belongs to the engine thread. */
final class LocalModel implements EngineModel {

    private final Source source;
    private final ModelFacts facts;
    private final Optional<Tokenizer> tokenizer;
    private final LanguageModel decoder;
    private final PrefixCache prefixes;
    private final Embedder embedder;
    private final Map<String, LocalAdapter> adapters = new HashMap<>();
    private final Optional<PrefixKeys> keys;

    /**
     * Where a model is from.
     *
     * @param watcher hears when there is work on it
     */
    record Source(Path folder, WorkWatcher watcher) {}

    /** @param keys where prefixes are kept outside the process */
    LocalModel(
            Source source,
            ModelFacts facts,
            Optional<Tokenizer> tokenizer,
            LanguageModel decoder,
            PrefixCache prefixes,
            Optional<PrefixKeys> keys) {
        this.source = source;
        this.keys = keys;
        this.facts = facts;
        this.tokenizer = tokenizer;
        this.decoder = decoder;
        this.prefixes = prefixes;
        this.embedder = null;
    }

    LocalModel(Source source, ModelFacts facts, Optional<Tokenizer> tokenizer, Embedder embedder) {
        this.source = source;
        this.facts = facts;
        this.tokenizer = tokenizer;
        this.decoder = null;
        this.prefixes = null;
        this.keys = Optional.empty();
        this.embedder = embedder;
    }

    @Override
    public ModelPurpose purpose() {
        return embedder == null ? ModelPurpose.GENERATE : ModelPurpose.EMBED;
    }

    @Override
    public int dimensions() {
        return embedder().features();
    }

    @Override
    public ModelFacts facts() {
        return facts;
    }

    @Override
    public Tokenizer tokenizer() {
        return tokenizer.orElseThrow(() -> new IllegalStateException("the model was loaded without its tokenizer"));
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

    /** Says that there is work on it. Engine thread only. */
    void worksNow() {
        source.watcher().worksOn(source.folder());
    }

    Optional<PrefixKeys> keys() {
        return keys;
    }

    /** Engine thread only. */
    PrefixCache prefixes() {
        return prefixes;
    }

    /** Engine thread only. One that changed on disk is loaded anew; who uses the old one keeps it. */
    LocalAdapter adapter(Path folder) {
        worksNow();
        try {
            String name = folder + "@" + Files.getLastModifiedTime(folder.resolve("adapters.safetensors"));
            LocalAdapter known = adapters.get(name);
            if (known == null) {
                known = new LocalAdapter(name, decoder().loadAdapter(folder));
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
        tokenizer.ifPresent(Tokenizer::close);
    }
}
