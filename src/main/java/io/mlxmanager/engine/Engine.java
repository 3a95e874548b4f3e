package io.mlxmanager.engine;

import io.mlxmanager.engine.arch.Architecture;
import io.mlxmanager.engine.arch.ComputeTypes;
import io.mlxmanager.engine.arch.LanguageModel;
import io.mlxmanager.engine.arch.ModelFacts;
import io.mlxmanager.engine.cache.PrefixCache;
import io.mlxmanager.engine.tokenizer.Tokenizer;
import io.mlxmanager.engine.weights.JsonFile;
import io.mlxmanager.engine.weights.WeightFiles;
import io.mlxmanager.mlx.Dtype;
import io.mlxmanager.mlx.KvStore;
import io.mlxmanager.mlx.MlxRuntime;
import jakarta.json.JsonObject;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;
import java.util.function.IntConsumer;

/**
 * Runs models on one thread of its own. All methods may be called from any thread and return at once; the work is done by
 * the engine thread, step by step, one step of each running generation in turn. The native library must be loaded before.
 * Closing ends running generations, frees all models and stops the thread.
 */
public final class Engine implements AutoCloseable {

    private final EngineOptions options;
    private final MlxThread thread;
    private final PrefixCache.Budget prefixes;

    private Engine(EngineOptions options, MlxThread thread) {
        this.options = options;
        this.thread = thread;
        this.prefixes = new PrefixCache.Budget(options.prefixCacheBytes());
    }

    /**
     * @param factory makes the engine thread
     */
    public static Engine start(EngineOptions options, ThreadFactory factory) {
        Engine engine = new Engine(
                options, new MlxThread(factory, new GenerationLoop(options.maxBatch(), options.prefillChunk())));
        CompletableFuture<Void> configured = engine.thread.run(() -> {
            if (options.threads() > 0) {
                MlxRuntime.threads(options.threads());
            }
            MlxRuntime.exact(options.exact());
            return null;
        });
        configured.join();
        return engine;
    }

    /** What can be told of a model folder without loading it; reads files on the caller's thread. */
    public static ModelFacts inspect(Path folder) {
        JsonFile config = JsonFile.read(folder.resolve("config.json"));
        return Architecture.of(config).inspect(config, WeightFiles.totalBytes(folder));
    }

    /**
     * What can be told of a model by its config.json alone, before its weights are here.
     *
     * @throws io.mlxmanager.engine.weights.ModelFormatException for a family or a field the engine cannot serve
     */
    public static ModelFacts inspect(JsonObject config, long weightBytes) {
        JsonFile file = new JsonFile("config.json", config);
        return Architecture.of(file).inspect(file, weightBytes);
    }

    /**
     * Whether there is a family for a config.json.
     *
     * @throws io.mlxmanager.engine.weights.ModelFormatException naming the model_type when there is none
     */
    public static void requireSupported(JsonObject config) {
        Architecture.of(new JsonFile("config.json", config));
    }

    /** As {@link #load(Path, IntConsumer)}, with nobody to hear how far it is. */
    public CompletableFuture<EngineModel> load(Path folder) {
        return load(folder, percent -> {});
    }

    /**
     * Loads a model. The future fails with the reason, which names the file or the tensor.
     *
     * @param percent hears how much of the weights was read, on the engine thread
     */
    public CompletableFuture<EngineModel> load(Path folder, IntConsumer percent) {
        return thread.run(() -> {
            JsonFile config = JsonFile.read(folder.resolve("config.json"));
            ModelFacts facts = Architecture.of(config).inspect(config, WeightFiles.totalBytes(folder));
            Tokenizer tokenizer = Tokenizer.load(folder);
            try {
                LanguageModel decoder = Architecture.load(folder, config, computeTypes(), percent);
                return thread.own(new EngineModel(
                        facts, tokenizer, decoder, new PrefixCache(prefixes, KvStore.blockPositions())));
            } catch (RuntimeException e) {
                tokenizer.close();
                throw e;
            }
        });
    }

    /** Our kernels compute in float32 and store halves; MLX computes in the type of the weights unless it shall be exact. */
    private ComputeTypes computeTypes() {
        if (options.exact()) {
            return new ComputeTypes(Dtype.F32, Dtype.F32);
        }
        return MlxRuntime.backend().equals("cpu")
                ? new ComputeTypes(Dtype.F32, Dtype.F16)
                : new ComputeTypes(null, Dtype.BF16);
    }

    /** Frees a model; its running generations end as cancelled first. */
    public CompletableFuture<Void> unload(EngineModel model) {
        return thread.run(() -> {
            thread.disown(model);
            return null;
        });
    }

    /** Starts a generation; everything else is told to the listener. */
    public Generation generate(EngineModel model, GenerationRequest request, GenerationListener listener) {
        Generation generation = new Generation(model, request, listener);
        thread.start(generation);
        return generation;
    }

    /** What the back end computes on, for people. */
    public String device() {
        return thread.run(MlxRuntime::device).join();
    }

    /** Memory that the native side holds, in bytes. Any thread. */
    public long activeBytes() {
        return MlxRuntime.activeBytes();
    }

    @Override
    public void close() {
        thread.close();
    }
}
