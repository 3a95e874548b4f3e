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
        if (NativeBuild.platform().endsWith("x86_64")) {
            assertThat(cmake).contains(String.join(";", NativeBuild.instructionSet("cpu/kernels_avx2.cpp")));
            assertThat(cmake).contains(String.join(";", NativeBuild.instructionSet("cpu/kernels_avx512.cpp")));
        }
        assertThat(NativeBuild.instructionSet("cpu/qmm.cpp")).isEmpty();
    }
}
