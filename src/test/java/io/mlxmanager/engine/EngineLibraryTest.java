package io.mlxmanager.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mlxmanager.mlx.MlxRuntime;
import io.mlxmanager.testing.NativeLibrary;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The instruction set that an administrator wants. */
@ExtendWith(NativeLibrary.class)
class EngineLibraryTest {

    @AfterEach
    void usual() {
        MlxRuntime.isa("auto");
    }

    private static EngineLibrary.Outcome load(String isa) {
        Path home = Path.of("target/native-test").toAbsolutePath();
        return EngineLibrary.load(home, System.getProperty("mlx.backend", "auto"), isa, line -> {});
    }

    @Test
    void isInUseAfterwards() {
        assumeTrue(MlxRuntime.backend().equals("cpu"), "Instruction sets are those of our own back end");
        assertThat(load("scalar"))
                .isInstanceOfSatisfying(
                        EngineLibrary.Outcome.Loaded.class,
                        loaded -> assertThat(loaded.isa()).isEqualTo("scalar"));
        assertThat(MlxRuntime.isa()).isEqualTo("scalar");
    }

    @Test
    void isRefusedByNameWhereThisMachineDoesNotHaveIt() {
        assertThat(List.of("avx2", "neon"))
                .as("no machine has both")
                .anySatisfy(isa -> assertThat(load(isa))
                        .isInstanceOfSatisfying(
                                EngineLibrary.Outcome.Unavailable.class,
                                refused -> assertThat(refused.reason())
                                        .startsWith("mlx-manager.engine.instruction-set = " + isa + ": ")));
    }
}
