package io.mlxmanager.engine.worker;

import java.nio.file.Path;
import java.util.Optional;

/** Hears of the life of the engine's process. Called by the thread that watches it, so nothing here may wait for long. */
public interface WorkerWatcher {

    /**
     * It works, for the first time or again.
     *
     * @param backend {@code mlx} or {@code cpu}
     * @param version of the back end
     * @param isa instruction set in use
     * @param device what it computes on
     */
    void ready(String backend, String version, String isa, String device);

    /** @param line of its native library, that is being built */
    void building(String line);

    /** It will not work, now or later. */
    void unavailable(String reason);

    /**
     * It has ended, its models are gone, and another one is being started.
     *
     * @param reason the beginning of a sentence for people
     * @param model the folder of the model that it was working on, or loading; empty when it had nothing to do
     */
    void lost(String reason, Optional<Path> model);
}
