package io.mlxmanager.engine;

import io.mlxmanager.mlx.MlxException;
import io.mlxmanager.mlx.MlxRuntime;
import io.mlxmanager.mlx.NativeLoader;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Gets the native library, which may mean building it, before an {@link Engine} can be started. */
public final class EngineLibrary {

    /** What came of it. */
    public sealed interface Outcome {

        /**
         * @param backend {@code mlx} or {@code cpu}
         * @param version of the back end
         * @param isa instruction set or device in use
         */
        record Loaded(String backend, String version, String isa) implements Outcome {}

        /** @param reason one sentence for the operator, with what to install */
        record Unavailable(String reason) implements Outcome {}
    }

    private EngineLibrary() {}

    /**
     * Loads the library, building it from the packaged sources if none fits this machine. Takes seconds to minutes; safe
     * to call from any thread, and again.
     *
     * @param home data folder that keeps what was built
     * @param backend {@code auto}, {@code cpu}, {@code mlx} or {@code none}
     * @param isa instruction set of the cpu back end, as for {@link MlxRuntime#isa(String)}
     * @param log hears of a build that begins or ends
     */
    public static Outcome load(Path home, String backend, String isa, Consumer<String> log) {
        NativeLoader.Outcome outcome = NativeLoader.load(home, backend, log);
        if (outcome instanceof NativeLoader.Outcome.Loaded loaded) {
            try {
                MlxRuntime.isa(isa);
            } catch (MlxException e) {
                return new Outcome.Unavailable("mlx-manager.engine.instruction-set = " + isa + ": " + e.getMessage());
            }
            return new Outcome.Loaded(loaded.backend(), loaded.version(), MlxRuntime.isa());
        }
        return new Outcome.Unavailable(((NativeLoader.Outcome.Unavailable) outcome).reason());
    }
}
