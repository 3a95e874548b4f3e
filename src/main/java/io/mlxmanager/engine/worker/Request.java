package io.mlxmanager.engine.worker;

import io.mlxmanager.engine.EngineOptions;
import io.mlxmanager.engine.GenerationRequest;
import io.mlxmanager.engine.ModelPurpose;
import io.mlxmanager.engine.Share;
import io.mlxmanager.engine.sample.SamplingOptions;
import io.mlxmanager.engine.sample.TokenMask;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the server tells the worker. Models, adapters and generations carry numbers that the server gives; a {@code call} is
 * answered under its own.
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, and written at once
sealed interface Request {

    /**
     * The first of all; {@link Report.Ready} or {@link Report.Unavailable} follows.
     *
     * @param home data folder that keeps the native library
     * @param backend that is wanted
     * @param isa instruction set that is wanted
     */
    record Start(
            String home,
            String backend,
            String isa,
            int threads,
            boolean exact,
            int kvBits,
            int prefillChunk,
            int maxBatch,
            long prefixCacheBytes,
            Optional<Disk> disk)
            implements Request {

        /** As {@link EngineOptions.Disk}. */
        record Disk(String folder, long bytes, byte[] secret) {}

        static Start of(Path home, String backend, String isa, EngineOptions options) {
            return new Start(
                    home.toString(),
                    backend,
                    isa,
                    options.threads(),
                    options.exact(),
                    options.kvBits(),
                    options.prefillChunk(),
                    options.maxBatch(),
                    options.prefixCacheBytes(),
                    options.disk().map(disk -> new Disk(disk.folder().toString(), disk.bytes(), disk.secret())));
        }

        EngineOptions options() {
            return new EngineOptions(
                    threads,
                    exact,
                    kvBits,
                    prefillChunk,
                    maxBatch,
                    prefixCacheBytes,
                    disk.map(place -> new EngineOptions.Disk(Path.of(place.folder()), place.bytes(), place.secret())));
        }
    }

    record Load(long call, long model, String folder, ModelPurpose purpose) implements Request {}

    record Unload(long call, long model) implements Request {}

    record LoadAdapter(long call, long model, long adapter, String folder) implements Request {}

    /**
     * @param adapter 0 for none
     * @param draft number of a model; 0 for none
     * @param constrained whether each token waits for a {@link Mask}
     */
    record Generate(
            long generation,
            long model,
            long adapter,
            long draft,
            int[] prompt,
            int maxTokens,
            Set<Integer> stopTokens,
            SamplingOptions sampling,
            Optional<GenerationRequest.Logprobs> logprobs,
            boolean constrained,
            Share share)
            implements Request {}

    /**
     * What may follow the tokens that a generation has now.
     *
     * @param few ids, or
     * @param many as bits
     */
    record Mask(long generation, int[] few, long[] many) implements Request {

        static Mask of(long generation, TokenMask mask) {
            return new Mask(generation, mask.ids(), mask.bits());
        }

        TokenMask mask() {
            return many.length > 0 ? TokenMask.many(many) : TokenMask.few(few);
        }
    }

    record Allow(long generation, int maxTokens) implements Request {}

    record Cancel(long generation) implements Request {}

    record Embed(long call, long model, List<int[]> texts, Share share) implements Request {}

    record CancelEmbedding(long call) implements Request {}

    record Lend(long bytes) implements Request {}
}
