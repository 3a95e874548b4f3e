package io.mlxmanager.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlxmanager.engine.Engine;
import io.mlxmanager.engine.EngineModel;
import io.mlxmanager.mlx.MlxRuntime;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The starter model in an engine of one test's own, in this process; after the test the memory is what it was before. Behind
 * {@link NativeLibrary}.
 */
public final class StarterEngine implements BeforeEachCallback, AfterEachCallback {

    public static final Path FOLDER = Path.of("src/main/resources/META-INF/models/starter-qwen3-4m-4bit");

    private long before;
    private Engine engine;
    private EngineModel model;

    /** Loads the model into an engine, after the one before was closed. */
    public Engine start(Engine started) {
        engine = started;
        model = started.load(FOLDER).join();
        return started;
    }

    /** As the engine that was started last has it. */
    public EngineModel model() {
        return model;
    }

    /** What the native side held before the test. */
    public long bytesBefore() {
        return before;
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        before = MlxRuntime.activeBytes();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        engine.close();
        MlxRuntime.exact(false);
        assertThat(MlxRuntime.activeBytes()).isEqualTo(before);
    }
}
