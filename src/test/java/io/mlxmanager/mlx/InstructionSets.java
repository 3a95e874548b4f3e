package io.mlxmanager.mlx;

import java.util.ArrayList;
import java.util.List;

/** The instruction sets of this machine that the library can be told to use; only {@code auto} on MLX. */
final class InstructionSets {

    private InstructionSets() {}

    static List<String> available() {
        List<String> found = new ArrayList<>(List.of("auto"));
        if (MlxRuntime.backend().equals("cpu")) {
            for (String isa : List.of("scalar", "avx2", "avx512", "amx", "neon")) {
                try {
                    MlxRuntime.isa(isa);
                    found.add(isa);
                } catch (MlxException absent) {
                    // this machine does not have it
                }
            }
            MlxRuntime.isa("auto");
        }
        return found;
    }
}
