package io.mlxmanager.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The secret of a server that was given none. */
class SecretIT {

    private final RunningServer server = RunningServer.shared();

    @Test
    void theStartWarnsExactlyOnceAndNamesTheVariable() {
        assertThat(server.consoleText().lines().filter(line -> line.contains("MLX_MANAGER_JWT_SECRET")))
                .singleElement()
                .asString()
                .contains("WARNING");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aPrivateSecretOfItsOwnSigns() throws Exception {
        var file = server.home().resolve(".jwt_secret");

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(Files.readString(file).strip()).hasSizeGreaterThanOrEqualTo(32);
    }
}
