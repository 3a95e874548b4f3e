package io.mlxmanager.engine;

import io.mlxmanager.engine.arch.Architecture;
import io.mlxmanager.engine.arch.ComputeTypes;
import io.mlxmanager.engine.arch.EncoderArchitecture;
import io.mlxmanager.engine.arch.LanguageModel;
import io.mlxmanager.engine.arch.ModelFacts;
import io.mlxmanager.engine.arch.TextEncoder;
import io.mlxmanager.engine.cache.PrefixCache;
import io.mlxmanager.engine.cache.PrefixDisk;
import io.mlxmanager.engine.cache.PrefixKeys;
import io.mlxmanager.engine.cache.PrefixSpill;
import io.mlxmanager.engine.embed.Embedder;
import io.mlxmanager.engine.embed.EmbeddingPlan;
import io.mlxmanager.engine.embed.Pooling;
import io.mlxmanager.engine.tokenizer.Tokenizer;
import io.mlxmanager.engine.weights.JsonFile;
import io.mlxmanager.engine.weights.WeightFiles;
import io.mlxmanager.mlx.Dtype;
import io.mlxmanager.mlx.KvStore;
import io.mlxmanager.mlx.MlxRuntime;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;
import java.util.function.IntConsumer;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Runs models on one thread of its own. All methods may be called from any thread and return at once; the work is done by
 * the engine thread, step by step, one step of each running generation in turn. The native library must be loaded before.
 * Closing ends running generations, frees all models and stops the thread.
 */
public final class Engine implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(Engine.class.getName());

    private final EngineOptions options;
    private final MlxThread thread;
    private final PrefixCache.Budget prefixes;
    private final Optional<PrefixDisk> disk;
    private final Optional<PrefixSpill> spill;
    private volatile int block;

    private Engine(EngineOptions options, ThreadFactory factory) {
        this.options = options;
        this.disk = options.disk().flatMap(place -> open(place, factory));
        this.spill = disk.map(folder -> new PrefixSpill(folder, this::wake));
        this.thread = new MlxThread(factory, new GenerationLoop(options.maxBatch(), options.prefillChunk(), spill));
        this.prefixes = new PrefixCache.Budget(options.prefixCacheBytes());
    }

    /**
     * @param factory makes the engine thread
     */
    public static Engine start(EngineOptions options, ThreadFactory factory) {
        Engine engine = new Engine(options, factory);
        CompletableFuture<Void> configured = engine.thread.run(() -> {
            if (options.threads() > 0) {
                MlxRuntime.threads(options.threads());
            }
            MlxRuntime.exact(options.exact());
            engine.block = KvStore.blockPositions();
            return null;
        });
        configured.join();
        return engine;
    }

    private static Optional<PrefixDisk> open(EngineOptions.Disk place, ThreadFactory factory) {
        try {
            return Optional.of(PrefixDisk.open(place.folder(), place.bytes(), factory));
        } catch (IOException e) {
            LOG.log(Level.WARNING, "Prompts are not kept on disk: {0} cannot be used: {1}", new Object[] {
                place.folder(), e.toString()
            });
            return Optional.empty();
        }
    }

    /** Lets the engine thread look for work. */
    private void wake() {
        var unused = thread.run(() -> null);
    }

    /** What can be told of a model folder without loading it; reads files on the caller's thread. */
    public static ModelFacts inspect(Path folder) {
        return inspect(JsonFile.read(folder.resolve("config.json")), WeightFiles.totalBytes(folder));
    }

    private static ModelFacts inspect(JsonFile config, long weightBytes) {
        Optional<EncoderArchitecture> encoder = EncoderArchitecture.of(config);
        return encoder.isPresent()
                ? encoder.get().inspect(config, weightBytes)
                : Architecture.of(config).inspect(config, weightBytes);
    }

    /**
     * What can be told of a model by its config.json alone, before its weights are here.
     *
     * @throws io.mlxmanager.engine.weights.ModelFormatException for a family or a field the engine cannot serve
     */
    public static ModelFacts inspect(JsonObject config, long weightBytes) {
        return inspect(new JsonFile("config.json", config), weightBytes);
    }

    /**
     * Whether there is a family for a config.json.
     *
     * @throws io.mlxmanager.engine.weights.ModelFormatException naming the model_type when there is none
     */
    public static void requireSupported(JsonObject config) {
        JsonFile file = new JsonFile("config.json", config);
        if (EncoderArchitecture.of(file).isEmpty()) {
            Architecture.of(file);
        }
    }

    /** As {@link #load(Path, ModelPurpose, IntConsumer)}, for generating. */
    public CompletableFuture<EngineModel> load(Path folder, IntConsumer percent) {
        return load(folder, ModelPurpose.GENERATE, percent);
    }

    /** As {@link #load(Path, ModelPurpose, IntConsumer)}, with nobody to hear how far it is. */
    public CompletableFuture<EngineModel> load(Path folder, ModelPurpose purpose) {
        return load(folder, purpose, percent -> {});
    }

    /** As {@link #load(Path, ModelPurpose)}, for generating. */
    public CompletableFuture<EngineModel> load(Path folder) {
        return load(folder, ModelPurpose.GENERATE);
    }

    /**
     * Loads a model. The future fails with the reason, which names the file or the tensor.
     *
     * @param purpose of a family that can do both; encoders make embeddings in any case
     * @param percent hears how much of the weights was read, on the engine thread
     */
    public CompletableFuture<EngineModel> load(Path folder, ModelPurpose purpose, IntConsumer percent) {
        return thread.run(() -> {
            JsonFile config = JsonFile.read(folder.resolve("config.json"));
            Tokenizer tokenizer = Tokenizer.load(folder);
            try {
                boolean embeds = purpose == ModelPurpose.EMBED
                        || EncoderArchitecture.of(config).isPresent();
                return thread.own(
                        embeds
                                ? embedding(folder, config, tokenizer, percent)
                                : generating(folder, config, tokenizer, percent));
            } catch (RuntimeException e) {
                tokenizer.close();
                throw e;
            }
        });
    }

    private EngineModel generating(Path folder, JsonFile config, Tokenizer tokenizer, IntConsumer percent) {
        ModelFacts facts = Architecture.of(config).inspect(config, WeightFiles.totalBytes(folder));
        LanguageModel decoder = Architecture.load(folder, config, computeTypes(), percent);
        Optional<PrefixKeys> keys =
                options.disk().filter(place -> disk.isPresent()).map(place -> keys(place, folder));
        PrefixCache cache = new PrefixCache(
                prefixes, block, keys.map(names -> new PrefixCache.Outside(names, spill.orElseThrow())));
        return new EngineModel(facts, tokenizer, decoder, cache, keys);
    }

    private EngineModel embedding(Path folder, JsonFile config, Tokenizer tokenizer, IntConsumer percent) {
        ModelFacts facts = inspect(config, WeightFiles.totalBytes(folder));
        boolean whole = EncoderArchitecture.of(config).isPresent()
                || config.optionalBoolean("use_bidirectional_attention", false);
        EmbeddingPlan plan = EmbeddingPlan.read(folder, whole ? Pooling.MEAN : Pooling.LAST);
        TextEncoder encoder = TextEncoder.load(folder, config, computeTypes(), percent);
        int context = Math.min(facts.contextLength(), plan.longest().orElse(facts.contextLength()));
        return new EngineModel(facts.withContextLength(context), tokenizer, new Embedder(encoder, plan));
    }

    private PrefixKeys keys(EngineOptions.Disk place, Path folder) {
        String computed = MlxRuntime.backend() + " " + computeTypes() + " " + block;
        return new PrefixKeys(place.secret(), WeightFiles.identity(folder, computed));
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

    /**
     * Loads an adapter beside a model, or gives the one that was loaded from there before. It stays until the model goes.
     *
     * @param folder with adapter_config.json and adapters.safetensors
     * @return fails with the reason, which names the file and the tensor
     */
    public CompletableFuture<EngineAdapter> adapter(EngineModel model, Path folder) {
        return thread.run(() -> model.adapter(folder));
    }

    /** Starts a generation; everything else is told to the listener. */
    public Generation generate(EngineModel model, GenerationRequest request, GenerationListener listener) {
        return generate(model, EngineAdapter.NONE, request, listener);
    }

    /** As {@link #generate(EngineModel, GenerationRequest, GenerationListener)}, with an adapter of that model. */
    public Generation generate(
            EngineModel model, EngineAdapter adapter, GenerationRequest request, GenerationListener listener) {
        Generation generation = new Generation(model, adapter, request, listener);
        List<String> missing = model.keys()
                .filter(keys -> !request.scoresPrompt())
                .map(keys -> missing(keys, generation.prefixOwner(), request))
                .orElse(List.of());
        if (missing.isEmpty()) {
            thread.start(generation);
            return generation;
        }
        int from = (request.promptLength() - 1) / block * block - missing.size() * block;
        var unused = disk.orElseThrow().fetch(missing).thenAccept(files -> {
            generation.found(new StoredPrefix(from, block, files));
            thread.start(generation);
        });
        return generation;
    }

    /** The blocks of a prompt from the first that is not in memory on, if that is on the disk. */
    private List<String> missing(PrefixKeys keys, String owner, GenerationRequest request) {
        List<String> names = keys.chain(owner, request.prompt(), request.promptLength() - 1, block);
        int known = 0;
        while (known < names.size() && spill.orElseThrow().inMemory(names.get(known))) {
            known++;
        }
        boolean stored = known < names.size() && disk.orElseThrow().has(names.get(known));
        return stored ? names.subList(known, names.size()) : List.of();
    }

    /**
     * Starts to make vectors of texts on a model that was loaded for it.
     *
     * @param texts token ids of each, none empty, none longer than the model's context
     * @param tenant whose request it is: tenants get equal shares
     */
    public EmbeddingRun embed(EngineModel model, List<int[]> texts, String tenant) {
        EmbeddingRun run = new EmbeddingRun(model, texts, tenant);
        thread.start(run);
        return run;
    }

    /**
     * What cached prompts may take from now on, within what the engine was made for. What was asked before is done before,
     * what is asked afterwards finds the memory free.
     */
    public void lendToPrefixes(long bytes) {
        var unused = thread.run(() -> {
            prefixes.limit(bytes);
            return null;
        });
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
        disk.ifPresent(PrefixDisk::close);
    }
}
