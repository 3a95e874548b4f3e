package io.mlxmanager.engine;

import java.util.ArrayList;
import java.util.List;

/**
 * Takes embeddings forward, a piece at a time, each tenant, and each key of it, in turn by the time it was given. Confined to the engine thread.
 */
final class EmbeddingLoop {

    private final List<EmbeddingTask> runs = new ArrayList<>();
    private final FairShare<EmbeddingTask> shares = new FairShare<>(EmbeddingTask::share);

    boolean idle() {
        return runs.isEmpty();
    }

    void add(EmbeddingTask run) {
        runs.add(run);
    }

    /** Ends those of a model. */
    void end(LocalModel model) {
        for (EmbeddingTask run : runs) {
            if (run.model() == model) {
                run.cancel();
                run.advance();
            }
        }
        runs.removeIf(EmbeddingTask::done);
    }

    /**
     * One piece, and more while there is time.
     *
     * @param nanos the time that others can wait
     */
    void step(double nanos) {
        long began = System.nanoTime();
        long now = began;
        while (!runs.isEmpty() && (now == began || now - began < nanos)) {
            shares.present(runs);
            EmbeddingTask run = shares.first(runs);
            run.model().worksNow();
            run.advance();
            long after = System.nanoTime();
            shares.charge(run, (double) (after - now));
            now = after;
            runs.removeIf(EmbeddingTask::done);
        }
    }
}
