package io.mlxmanager.engine;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How the engine computes.
 *
 * @param threads for computing; 0 means one for each physical core
 * @param exact float32 throughout on the cpu back end, the same result on every machine, instead of the fastest way
 * @param prefillChunk most prompt tokens read in one step, at least 1
 * @param maxBatch most sequences that get a token in one step, at least 1
 * @param prefixCacheBytes most memory for keys and values of earlier prompts; 0 keeps none
 * @param disk where they are kept besides
 */
public record EngineOptions(
        int threads, boolean exact, int prefillChunk, int maxBatch, long prefixCacheBytes, Optional<Disk> disk) {

    /**
     * A folder for keys and values of earlier prompts.
     *
     * @param bytes of all its files together, at least 1
     * @param secret that names of files are salted with, at least 32 bytes
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Disk(Path folder, long bytes, byte[] secret) {}

    public static final EngineOptions DEFAULT = new EngineOptions(0, false, 256, 16, 1L << 30);

    /** Without a disk. */
    public EngineOptions(int threads, boolean exact, int prefillChunk, int maxBatch, long prefixCacheBytes) {
        this(threads, exact, prefillChunk, maxBatch, prefixCacheBytes, Optional.empty());
    }

    public EngineOptions {
        if (threads < 0) {
            throw new IllegalArgumentException("threads must not be " + threads);
        }
        if (prefillChunk < 1) {
            throw new IllegalArgumentException("prefill chunk must not be " + prefillChunk);
        }
        if (maxBatch < 1) {
            throw new IllegalArgumentException("max batch must not be " + maxBatch);
        }
        if (prefixCacheBytes < 0) {
            throw new IllegalArgumentException("prefix cache must not be " + prefixCacheBytes + " bytes");
        }
    }
}
