package io.mlxmanager.testing;

import io.mlxmanager.mlx.MlxRuntime;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** For tests that compare numbers: products with float32 activations while one runs. Behind {@link NativeLibrary}. */
public final class ExactProducts implements BeforeEachCallback, AfterEachCallback {

    @Override
    public void beforeEach(ExtensionContext context) {
        MlxRuntime.exact(true);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        MlxRuntime.exact(false);
    }
}
