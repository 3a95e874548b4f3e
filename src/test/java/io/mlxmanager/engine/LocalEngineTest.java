package io.mlxmanager.engine;

import io.mlxmanager.base.threads.LastingThreads;
import io.mlxmanager.mlx.MlxRuntime;
import io.mlxmanager.testing.NativeLibrary;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;

/** The engine of this process. */
@ExtendWith(NativeLibrary.class)
class LocalEngineTest extends EngineContract {

    @Override
    protected Engine open() {
        return Engine.start(OPTIONS, new LastingThreads("engine-test"));
    }

    @AfterEach
    void inexact() {
        MlxRuntime.exact(false);
    }
}
