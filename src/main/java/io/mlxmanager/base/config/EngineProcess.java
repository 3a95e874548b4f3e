package io.mlxmanager.base.config;

import java.time.Duration;
import java.util.List;

/**
 * Where the engine runs, and when a process of its own is given up.
 *
 * @param own whether it is a process of its own
 * @param longestSilence after which an engine that gives no sign of going on is taken for one that hangs
 * @param mostCrashes that one model may cause within {@code crashWindow}; with the last of them it is refused
 * @param crashWindow for which crashes are remembered
 */
public record EngineProcess(boolean own, Duration longestSilence, int mostCrashes, Duration crashWindow) {

    private static final String IN_PROCESS = "in-process";
    private static final String WORKER = "worker";

    /** A process that is busy with many others is not asked for signs of life more often than it can give them. */
    private static final Duration LEAST_SILENCE = Duration.ofSeconds(5);

    static final ConfigKey<String> PROCESS =
            ConfigKey.choice("mlx-manager.engine.process", IN_PROCESS, IN_PROCESS, WORKER);

    private static final ConfigKey<Duration> ANY_SILENCE =
            ConfigKey.duration("mlx-manager.engine.longest-silence", "5m");

    static final ConfigKey<Duration> LONGEST_SILENCE =
            new ConfigKey<>(ANY_SILENCE.name(), ANY_SILENCE.defaultText(), false, text -> {
                Duration silence = ANY_SILENCE.parser().apply(text);
                if (silence.compareTo(LEAST_SILENCE) < 0) {
                    throw new IllegalArgumentException("less than " + LEAST_SILENCE.toSeconds() + "s");
                }
                return silence;
            });

    static final ConfigKey<Integer> MOST_CRASHES = ConfigKey.integer("mlx-manager.engine.most-crashes", 3, 1, 1000);
    static final ConfigKey<Duration> CRASH_WINDOW = ConfigKey.duration("mlx-manager.engine.crash-window", "10m");

    static final List<ConfigKey<?>> KEYS = List.of(PROCESS, LONGEST_SILENCE, MOST_CRASHES, CRASH_WINDOW);

    static EngineProcess read(ConfigValues values) {
        return new EngineProcess(
                values.read(PROCESS).equals(WORKER),
                values.read(LONGEST_SILENCE),
                values.read(MOST_CRASHES),
                values.read(CRASH_WINDOW));
    }
}
