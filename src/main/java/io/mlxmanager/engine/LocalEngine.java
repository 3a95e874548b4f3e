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
import io.mlxmanager.mlx.KvFormat;
import io.mlxmanager.mlx.KvStore;
import io.mlxmanager.mlx.MlxRuntime;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The engine of this process: one thread does the work, step by step, one step of each running generation in turn. Closing
 * stops the thread.
 */
public final class LocalEngine implements Engine {

    private static final Logger LOG = Logger.getLogger(LocalEngine.class.getName());

    /** Percent. */
    private static final int ALL = 100;

    private final EngineOptions options;
    private final MlxThread thread;
    private final PrefixCache.Budget prefixes;
    private final Optional<PrefixDisk> disk;
    private final Optional<PrefixSpill> spill;
    private final Function<Path, Optional<Tokenizer>> tokenizers;
    private final WorkWatcher watcher;
    private volatile int block;

    private LocalEngine(
            EngineOptions options,
            ThreadFactory factory,
            Function<Path, Optional<Tokenizer>> tokenizers,
            Supplier<DraftPace> pace,
            WorkWatcher watcher) {
        this.options = options;
        this.tokenizers = tokenizers;
        this.watcher = watcher;
        this.disk = options.disk().flatMap(place -> open(place, factory));
        this.spill = disk.map(folder -> new PrefixSpill(folder, this::wake));
        GenerationLoop loop = new GenerationLoop(options.maxBatch(), options.prefillChunk(), spill, pace);
        this.thread = new MlxThread(factory, loop, watcher);
        this.prefixes = new PrefixCache.Budget(options.prefixCacheBytes());
    }

    static LocalEngine start(EngineOptions options, ThreadFactory factory) {
        return start(options, factory, DraftPace::new);
    }

    /** @param pace says for each pair of models how far ahead to guess */
    static LocalEngine start(EngineOptions options, ThreadFactory factory, Supplier<DraftPace> pace) {
        return start(options, factory, folder -> Optional.of(Tokenizer.load(folder)), pace, WorkWatcher.NOBODY);
    }

    /**
     * An engine of which only token ids are wanted: its models come without their tokenizers.
     *
     * @param watcher hears what it works on
     */
    public static LocalEngine withoutTokenizers(EngineOptions options, ThreadFactory factory, WorkWatcher watcher) {
        return start(options, factory, folder -> Optional.empty(), DraftPace::new, watcher);
    }

    private static LocalEngine start(
            EngineOptions options,
            ThreadFactory factory,
            Function<Path, Optional<Tokenizer>> tokenizers,
            Supplier<DraftPace> pace,
            WorkWatcher watcher) {
        LocalEngine engine = new LocalEngine(options, factory, tokenizers, pace, watcher);
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
        var unused = round();
    }

    /** Done when the engine's thread comes round to its queue, or has ended. */
    public CompletableFuture<Void> round() {
        return thread.run(() -> null);
    }

    static ModelFacts inspect(JsonFile config, long weightBytes) {
        Optional<EncoderArchitecture> encoder = EncoderArchitecture.of(config);
        return encoder.isPresent()
                ? encoder.get().inspect(config, weightBytes)
                : Architecture.of(config).inspect(config, weightBytes);
    }

    @Override
    public CompletableFuture<EngineModel> load(Path folder, ModelPurpose purpose, IntConsumer percent) {
        return thread.run(() -> {
            watcher.worksOn(folder);
            JsonFile config = JsonFile.read(folder.resolve("config.json"));
            Optional<Tokenizer> tokenizer = tokenizers.apply(folder);
            try {
                boolean embeds = purpose == ModelPurpose.EMBED
                        || EncoderArchitecture.of(config).isPresent();
                AtomicInteger told = new AtomicInteger();
                IntConsumer progress = now -> {
                    told.set(now);
                    percent.accept(now);
                };
                LocalModel loaded = embeds
                        ? embedding(folder, config, tokenizer, progress)
                        : generating(folder, config, tokenizer, progress);
                if (told.get() < ALL) {
                    // Parts that nobody asks for, such as those that see, are not read.
                    percent.accept(ALL);
                }
                return thread.own(loaded);
            } catch (RuntimeException e) {
                tokenizer.ifPresent(Tokenizer::close);
                throw e;
            }
        });
    }

    private LocalModel generating(Path folder, JsonFile config, Optional<Tokenizer> tokenizer, IntConsumer percent) {
        ModelFacts facts = Architecture.of(config).inspect(config, WeightFiles.totalBytes(folder));
        LanguageModel decoder = Architecture.load(folder, config, computeTypes(kvBits()), percent);
        Optional<PrefixKeys> keys =
                options.disk().filter(place -> disk.isPresent()).map(place -> keys(place, folder));
        PrefixCache cache = new PrefixCache(
                prefixes, block, keys.map(names -> new PrefixCache.Outside(names, spill.orElseThrow())));
        return new LocalModel(new LocalModel.Source(folder, watcher), facts, tokenizer, decoder, cache, keys);
    }

    private LocalModel embedding(Path folder, JsonFile config, Optional<Tokenizer> tokenizer, IntConsumer percent) {
        ModelFacts facts = inspect(config, WeightFiles.totalBytes(folder));
        boolean whole = EncoderArchitecture.of(config).isPresent()
                || config.optionalBoolean("use_bidirectional_attention", false);
        EmbeddingPlan plan = EmbeddingPlan.read(folder, whole ? Pooling.MEAN : Pooling.LAST);
        // What is forgotten with the text need not be small.
        TextEncoder encoder = TextEncoder.load(folder, config, computeTypes(0), percent);
        int context = Math.min(facts.contextLength(), plan.longest().orElse(facts.contextLength()));
        return new LocalModel(
                new LocalModel.Source(folder, watcher),
                facts.withContextLength(context),
                tokenizer,
                new Embedder(encoder, plan));
    }

    private PrefixKeys keys(EngineOptions.Disk place, Path folder) {
        String computed = MlxRuntime.backend() + " " + computeTypes(kvBits()) + " " + block;
        return new PrefixKeys(place.secret(), WeightFiles.identity(folder, computed));
    }

    /** Our kernels compute in float32 and store halves; MLX computes in the type of the weights unless it shall be exact. */
    private ComputeTypes computeTypes(int kvBits) {
        if (options.exact()) {
            return new ComputeTypes(Dtype.F32, Dtype.F32);
        }
        return MlxRuntime.backend().equals("cpu")
                ? new ComputeTypes(Dtype.F32, new KvFormat(Dtype.F16, kvBits))
                : new ComputeTypes(null, new KvFormat(Dtype.BF16, kvBits));
    }

    /** Of packed keys and values; 0 if they are not packed. */
    private int kvBits() {
        return options.kvBits() < Dtype.F16.byteSize() * Byte.SIZE ? options.kvBits() : 0;
    }

    @Override
    public CompletableFuture<Void> unload(EngineModel model) {
        LocalModel own = own(model);
        return thread.run(() -> {
            thread.disown(own);
            return null;
        });
    }

    @Override
    public boolean holds(EngineModel model) {
        return model instanceof LocalModel;
    }

    private static LocalModel own(EngineModel model) {
        if (model instanceof LocalModel own) {
            return own;
        }
        throw new IllegalArgumentException("the model is in another process");
    }

    @Override
    public CompletableFuture<EngineAdapter> adapter(EngineModel model, Path folder) {
        LocalModel own = own(model);
        return thread.run(() -> own.adapter(folder));
    }

    @Override
    public Generation generate(
            EngineModel model, Companions companions, GenerationRequest request, GenerationListener listener) {
        LocalModel own = own(model);
        LocalAdapter with = companions.adapter() instanceof LocalAdapter local ? local : LocalAdapter.NONE;
        Sequence generation = new Sequence(own, with, companions.draft().map(LocalEngine::own), request, listener);
        List<String> missing = own.keys()
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

    @Override
    public EmbeddingRun embed(EngineModel model, List<int[]> texts, Share share) {
        EmbeddingTask run = new EmbeddingTask(own(model), texts, share);
        thread.start(run);
        return run;
    }

    @Override
    public void lendToPrefixes(long bytes) {
        var unused = thread.run(() -> {
            prefixes.limit(bytes);
            return null;
        });
    }

    @Override
    public String device() {
        return thread.run(MlxRuntime::device).join();
    }

    @Override
    public long activeBytes() {
        return MlxRuntime.activeBytes();
    }

    @Override
    public void close() {
        thread.close();
        disk.ifPresent(PrefixDisk::close);
    }
}
