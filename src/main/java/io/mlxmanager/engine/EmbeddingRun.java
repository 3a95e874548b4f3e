package io.mlxmanager.engine;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Texts on their way to vectors, as those see them who asked. Any thread; nothing here waits. */
public interface EmbeddingRun {

    /** One vector per text, in their order; fails as cancelled, or with the reason. */
    CompletableFuture<List<float[]>> result();

    /** Asks for the end, before the next piece. */
    void cancel();
}
