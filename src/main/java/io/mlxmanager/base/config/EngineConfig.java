package io.mlxmanager.base.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The local engine.
 *
 * @param backend {@code auto}, {@code cpu}, {@code mlx} or {@code none}
 * @param instructionSet of the cpu back end, or {@code auto}
 * @param threads for computing; 0 means one for each physical core
 * @param exact float32 arithmetic on the cpu back end instead of the fastest
 * @param kvBits of each element of keys and values: 16, 8 or 4
 * @param prefillChunk most prompt tokens read in one step
 * @param maxBatch most answers that get a token in one step
 * @param prefixCache memory for keys and values of earlier prompts
 * @param diskCache space on disk for them; 0 for none
 * @param diskFolder where; empty for a folder in the data folder
 * @param process where the engine runs
 */
public record EngineConfig(
        String backend,
        String instructionSet,
        int threads,
        boolean exact,
        int kvBits,
        int prefillChunk,
        int maxBatch,
        ByteSize prefixCache,
        ByteSize diskCache,
        Optional<Path> diskFolder,
        EngineProcess process) {

    static final ConfigKey<String> BACKEND =
            ConfigKey.choice("mlx-manager.engine.backend", "auto", "auto", "cpu", "mlx", "none");
    static final ConfigKey<String> INSTRUCTION_SET = ConfigKey.choice(
            "mlx-manager.engine.instruction-set", "auto", "auto", "scalar", "avx2", "avx512", "amx", "neon", "neondot");
    static final ConfigKey<Integer> THREADS = ConfigKey.integer("mlx-manager.engine.threads", 0, 0, 1024);
    static final ConfigKey<Boolean> EXACT = ConfigKey.flag("mlx-manager.engine.exact", false);
    private static final int HALF = 16;
    private static final int FLOAT = 32;

    private static final ConfigKey<String> KV_WIDTH =
            ConfigKey.choice("mlx-manager.engine.kv-bits", "16", "16", "8", "4");

    static final ConfigKey<Integer> KV_BITS = new ConfigKey<>(
            KV_WIDTH.name(),
            KV_WIDTH.defaultText(),
            false,
            text -> Integer.valueOf(KV_WIDTH.parser().apply(text)));
    static final ConfigKey<Integer> PREFILL_CHUNK =
            ConfigKey.integer("mlx-manager.engine.prefill-chunk", 256, 1, 1 << 20);

    static final ConfigKey<Integer> MAX_BATCH = ConfigKey.integer("mlx-manager.engine.max-batch", 16, 1, 1024);
    static final ConfigKey<ByteSize> PREFIX_CACHE = ConfigKey.size("mlx-manager.cache.memory", "1G");

    static final ConfigKey<ByteSize> DISK_CACHE = ConfigKey.size("mlx-manager.cache.disk", "0");
    static final ConfigKey<String> DISK_FOLDER = ConfigKey.text("mlx-manager.cache.disk-folder", "");

    static final List<ConfigKey<?>> KEYS = List.of(
            BACKEND,
            INSTRUCTION_SET,
            THREADS,
            EXACT,
            KV_BITS,
            PREFILL_CHUNK,
            MAX_BATCH,
            PREFIX_CACHE,
            DISK_CACHE,
            DISK_FOLDER);

    /** What an element of keys and values takes. */
    public int storedKvBits() {
        return exact ? FLOAT : kvBits;
    }

    public static EngineConfig read(ConfigValues values) {
        int kvBits = values.read(KV_BITS);
        if (values.read(EXACT) && kvBits != HALF) {
            throw new IllegalArgumentException(KV_BITS.name() + " = " + kvBits + ": not together with " + EXACT.name()
                    + ", which keeps keys and values in float32");
        }
        return new EngineConfig(
                values.read(BACKEND),
                values.read(INSTRUCTION_SET),
                values.read(THREADS),
                values.read(EXACT),
                kvBits,
                values.read(PREFILL_CHUNK),
                values.read(MAX_BATCH),
                values.read(PREFIX_CACHE),
                values.read(DISK_CACHE),
                Optional.of(values.read(DISK_FOLDER))
                        .filter(folder -> !folder.isEmpty())
                        .map(folder -> ConfigKey.path(DISK_FOLDER.name(), folder)
                                .parser()
                                .apply(folder)),
                EngineProcess.read(values));
    }
}
