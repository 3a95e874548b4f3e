package io.mlxmanager.base.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class SecretFileTest {

    @TempDir
    Path folder;

    @Test
    void theSecretIsMadeOnceAndReadAfterwards() {
        Path file = folder.resolve("new/deep/.secret");

        Secret made = SecretFile.readOrCreate(file);

        assertThat(made.bytes()).hasSizeGreaterThanOrEqualTo(32);
        assertThat(SecretFile.readOrCreate(file)).isEqualTo(made);
        assertThat(file.getParent()).isDirectoryNotContaining("glob:**.new");
    }

    @Test
    void manyStartsAtOnceAgree() throws Exception {
        Path file = folder.resolve(".secret");
        ExecutorService pool = Executors.newFixedThreadPool(8);
        try {
            List<Callable<String>> starts = IntStream.range(0, 64)
                    .<Callable<String>>mapToObj(
                            i -> () -> SecretFile.readOrCreate(file).value())
                    .toList();
            Set<String> secrets = new HashSet<>();
            for (Future<String> secret : pool.invokeAll(starts)) {
                secrets.add(secret.get());
            }
            assertThat(secrets).hasSize(1);
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void onlyTheOwnerMayReadItAndWiderRightsAreTakenBack() throws Exception {
        Path file = folder.resolve(".secret");
        SecretFile.readOrCreate(file);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");

        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        SecretFile.readOrCreate(file);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void aFileWithoutAUsableSecretIsRefusedByName() throws Exception {
        Path file = Files.writeString(folder.resolve(".secret"), "short");

        assertThatThrownBy(() -> SecretFile.readOrCreate(file))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(file.toString());
    }

    @Test
    void aSecretDoesNotShowItself() {
        assertThat(new Secret("hunter2")).hasToString("Secret[…]");
    }
}
