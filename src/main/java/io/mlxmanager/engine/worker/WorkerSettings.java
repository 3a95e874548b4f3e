package io.mlxmanager.engine.worker;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How a worker is run.
 *
 * @param home data folder, for the native library and what a crash leaves behind
 * @param backend {@code auto}, {@code cpu}, {@code mlx} or {@code none}
 * @param isa instruction set of the cpu back end, or {@code auto}
 * @param longestSilence after which an engine that gives no sign of going on is taken for one that hangs
 */
public record WorkerSettings(Path home, String backend, String isa, Duration longestSilence) {}
