package io.mlxmanager.testing;

import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import io.mlxmanager.engine.EngineLibrary;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * For tests that need the native library: asks the real loader, so that the two cannot disagree. Where there is none, the
 * tests skip, or fail when {@code -Dmlx.required=true} says that they must run.
 */
public final class NativeLibrary implements BeforeAllCallback {

    @Override
    public void beforeAll(ExtensionContext context) {
        EngineLibrary.Outcome outcome = EngineLibrary.load(
                Path.of("target/native-test").toAbsolutePath(),
                System.getProperty("mlx.backend", "auto"),
                "auto",
                line -> {});
        if (outcome instanceof EngineLibrary.Outcome.Unavailable unavailable) {
            if (Boolean.getBoolean("mlx.required")) {
                fail("the native library is required: %s", unavailable.reason());
            }
            abort("no native library: " + unavailable.reason());
        }
    }
}
