package io.mlxmanager.mlx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class NativeSourcesTest {

    private static final Path FOLDER = Path.of("src/main/native");

    @Test
    void theIndexNamesEveryFile() throws IOException {
        try (Stream<Path> files = Files.walk(FOLDER)) {
            List<String> names = files.filter(Files::isRegularFile)
                    .map(file -> FOLDER.relativize(file).toString().replace('\\', '/'))
                    .toList();
            assertThat(NativeSources.names()).containsExactlyInAnyOrderElementsOf(names);
        }
    }

    @Test
    void theHashDependsOnTheSourcesAlone() {
        assertThat(NativeSources.hash()).hasSize(64).isEqualTo(NativeSources.hash());
    }

    @Test
    void cmakeHasTheSameFlags() throws IOException {
        String cmake = Files.readString(FOLDER.resolve("CMakeLists.txt"));
        for (String set : List.of("avx2", "avx512", "amx")) {
            assertThat(cmake).contains(flags("linux-x86_64", set));
        }
        assertThat(cmake).contains(flags("linux-aarch64", "neondot"));
        assertThat(NativeBuild.instructionSet("linux-x86_64", "cpu/qmm.cpp")).isEmpty();
    }

    private static String flags(String platform, String set) {
        return String.join(";", NativeBuild.instructionSet(platform, "cpu/kernels_" + set + ".cpp"));
    }
}
