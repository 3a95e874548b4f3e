package io.mlxmanager.engine;

import io.mlxmanager.engine.arch.Architecture;
import io.mlxmanager.engine.arch.EncoderArchitecture;
import io.mlxmanager.engine.arch.ModelFacts;
import io.mlxmanager.engine.weights.JsonFile;
import io.mlxmanager.engine.weights.WeightFiles;
import jakarta.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;
import java.util.function.IntConsumer;

/**
 * Runs models, in this process or in one of its own. All methods may be called from any thread and return at once; what is
 * computed comes by futures and listeners. Closing ends running generations and frees all models.
 */
public interface Engine extends AutoCloseable {

    /**
     * An engine in this process. The native library must be loaded before.
     *
     * @param factory makes the engine thread
     */
    static Engine start(EngineOptions options, ThreadFactory factory) {
        return LocalEngine.start(options, factory);
    }

    /** What can be told of a model folder without loading it; reads files on the caller's thread. */
    static ModelFacts inspect(Path folder) {
        return LocalEngine.inspect(JsonFile.read(folder.resolve("config.json")), WeightFiles.totalBytes(folder));
    }

    /**
     * What can be told of a model by its config.json alone, before its weights are here.
     *
     * @throws io.mlxmanager.engine.weights.ModelFormatException for a family or a field the engine cannot serve
     */
    static ModelFacts inspect(JsonObject config, long weightBytes) {
        return LocalEngine.inspect(new JsonFile("config.json", config), weightBytes);
    }

    /**
     * Whether there is a family for a config.json.
     *
     * @throws io.mlxmanager.engine.weights.ModelFormatException naming the model_type when there is none
     */
    static void requireSupported(JsonObject config) {
        JsonFile file = new JsonFile("config.json", config);
        if (EncoderArchitecture.of(file).isEmpty()) {
            Architecture.of(file);
        }
    }

    /**
     * Loads a model. The future fails with the reason, which names the file or the tensor.
     *
     * @param purpose of a family that can do both; encoders make embeddings in any case
     * @param percent hears how much of the weights was read, on a thread of the engine
     */
    CompletableFuture<EngineModel> load(Path folder, ModelPurpose purpose, IntConsumer percent);

    /** As {@link #load(Path, ModelPurpose, IntConsumer)}, for generating. */
    default CompletableFuture<EngineModel> load(Path folder, IntConsumer percent) {
        return load(folder, ModelPurpose.GENERATE, percent);
    }

    /** As {@link #load(Path, ModelPurpose, IntConsumer)}, with nobody to hear how far it is. */
    default CompletableFuture<EngineModel> load(Path folder, ModelPurpose purpose) {
        return load(folder, purpose, percent -> {});
    }

    /** As {@link #load(Path, ModelPurpose)}, for generating. */
    default CompletableFuture<EngineModel> load(Path folder) {
        return load(folder, ModelPurpose.GENERATE);
    }

    /**
     * Whether a model that was loaded, and not unloaded, is still there: a process of its own takes its models with it when it
     * ends. Such a model is unloaded all the same.
     */
    boolean holds(EngineModel model);

    /** Frees a model; its running generations end as cancelled first. */
    CompletableFuture<Void> unload(EngineModel model);

    /**
     * Loads an adapter beside a model, or gives the one that was loaded from there before. It stays until the model goes.
     *
     * @param folder with adapter_config.json and adapters.safetensors
     * @return fails with the reason, which names the file and the tensor
     */
    CompletableFuture<EngineAdapter> adapter(EngineModel model, Path folder);

    /** Starts a generation; everything else is told to the listener. */
    default Generation generate(EngineModel model, GenerationRequest request, GenerationListener listener) {
        return generate(model, Companions.NONE, request, listener);
    }

    /** As {@link #generate(EngineModel, GenerationRequest, GenerationListener)}, with what it uses beside the model. */
    Generation generate(
            EngineModel model, Companions companions, GenerationRequest request, GenerationListener listener);

    /**
     * Starts to make vectors of texts on a model that was loaded for it.
     *
     * @param texts token ids of each, none empty, none longer than the model's context
     * @param share whose request it is
     */
    EmbeddingRun embed(EngineModel model, List<int[]> texts, Share share);

    /**
     * What cached prompts may take from now on, within what the engine was made for. What was asked before is done before,
     * what is asked afterwards finds the memory free.
     */
    void lendToPrefixes(long bytes);

    /** What the back end computes on, for people. */
    String device();

    /** Memory that the native side holds, in bytes, as far as it is known. */
    long activeBytes();

    @Override
    void close();
}
