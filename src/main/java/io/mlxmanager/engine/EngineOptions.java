package io.mlxmanager.engine;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How the engine computes.
 *
 * @param threads for computing; 0 means one for each physical core
 * @param exact float32 throughout on the cpu back end, the same result on every machine, instead of the fastest way
 * @param kvBits of each element of keys and values: 16, or 8 or 4 for packed ones, which are not exact
 * @param prefillChunk most prompt tokens read in one step, at least 1
 * @param maxBatch most sequences that get a token in one step, at least 1
 * @param prefixCacheBytes most memory for keys and values of earlier prompts; 0 keeps none
 * @param disk where they are kept besides
 */
public record EngineOptions(
        int threads,
        boolean exact,
        int kvBits,
        int prefillChunk,
        int maxBatch,
        long prefixCacheBytes,
        Optional<Disk> disk) {

    private static final int HALF = 16;

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
        this(threads, exact, HALF, prefillChunk, maxBatch, prefixCacheBytes, Optional.empty());
    }

    /** The same with keys and values of so many bits. */
    public EngineOptions withKvBits(int bits) {
        return new EngineOptions(threads, exact, bits, prefillChunk, maxBatch, prefixCacheBytes, disk);
    }

    /** The same with a disk. */
    public EngineOptions withDisk(Disk place) {
        return new EngineOptions(threads, exact, kvBits, prefillChunk, maxBatch, prefixCacheBytes, Optional.of(place));
    }

    public EngineOptions {
        if (threads < 0) {
            throw new IllegalArgumentException("threads must not be " + threads);
        }
        if (kvBits != HALF && kvBits != 8 && kvBits != 4) {
            throw new IllegalArgumentException("keys and values must not be of " + kvBits + " bits");
        }
        if (exact && kvBits != HALF) {
            throw new IllegalArgumentException("exact keys and values are not of " + kvBits + " bits");
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
