package io.mlxmanager.mlx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mlxmanager.mlx.NativeBuild.BuildException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeBuildTest {

    @TempDir
    Path folder;

    @Test
    void aCompilerErrorIsToldWithTheFile() throws IOException {
        Files.writeString(folder.resolve("sources.txt"), "broken.cpp\n");
        Files.writeString(folder.resolve("broken.cpp"), "this is no C++");
        assertThatThrownBy(() -> NativeBuild.build(folder, folder.resolve("out"), Optional.empty()))
                .isInstanceOf(BuildException.class)
                .satisfiesAnyOf(
                        e -> assertThat(e).hasMessageContaining("broken.cpp"),
                        e -> assertThat(e).hasMessage(NativeBuild.NO_COMPILER));
    }

    @Test
    void theMessageWithoutACompilerSaysWhatToInstall() {
        assertThat(NativeBuild.NO_COMPILER).contains("build-essential").contains("xcode-select --install");
    }

    @Test
    void aFolderWithoutMlxIsNoInstallation() {
        assertThat(MlxInstallation.at(folder)).isEmpty();
    }

    @Test
    void readsVersionAndKindOfAnInstallation() throws IOException {
        installation(32, 2);
        assertThat(MlxInstallation.at(folder)).hasValueSatisfying(found -> {
            assertThat(found.version()).isEqualTo("0.32.2");
            assertThat(found.gpu()).isFalse();
        });
        Files.writeString(folder.resolve("lib/mlx.metallib"), "");
        assertThat(MlxInstallation.at(folder))
                .hasValueSatisfying(found -> assertThat(found.gpu()).isTrue());
    }

    @Test
    void passesOverAnMlxThatIsTooOld() throws IOException {
        installation(31, 9);
        assertThat(MlxInstallation.at(folder)).isEmpty();
    }

    private void installation(int minor, int patch) throws IOException {
        Files.createDirectories(folder.resolve("include/mlx"));
        Files.createDirectories(folder.resolve("lib"));
        Files.writeString(
                folder.resolve("include/mlx/version.h"),
                "#define MLX_VERSION_MAJOR 0\n#define MLX_VERSION_MINOR " + minor + "\n#define MLX_VERSION_PATCH "
                        + patch + "\n");
        Files.writeString(folder.resolve("lib/libmlx.so"), "");
    }

    @Test
    void whatALibraryWasMadeFromSurvivesTheDisk() throws IOException {
        NativeLibrary wanted = NativeLibrary.wanted(Optional.empty());
        assertThat(NativeLibrary.at(folder)).isEmpty();
        wanted.describe(folder);
        Files.writeString(folder.resolve(NativeBuild.libraryName()), "");
        assertThat(NativeLibrary.at(folder)).contains(wanted);
    }
}
