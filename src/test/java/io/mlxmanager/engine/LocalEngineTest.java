package io.mlxmanager.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlxmanager.base.threads.LastingThreads;
import io.mlxmanager.mlx.MlxRuntime;
import io.mlxmanager.testing.Heard;
import io.mlxmanager.testing.NativeLibrary;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The engine of this process. */
@ExtendWith(NativeLibrary.class)
class LocalEngineTest extends EngineContract {

    @Override
    protected Engine open() {
        return Engine.start(OPTIONS, new LastingThreads("engine-test"));
    }

    /** Writes down what it hears. */
    private record Diary(BlockingQueue<String> lines) implements WorkWatcher {

        @Override
        public void worksOn(Path folder) {
            lines.add(folder.getFileName().toString());
        }

        @Override
        public void rests() {
            lines.add("rests");
        }
    }

    @Test
    void whoWatchesKnowsWhatIsWorkedOnAndWhenThereIsNothingToDo() throws InterruptedException {
        BlockingQueue<String> lines = new LinkedBlockingQueue<>();
        String model = STARTER.getFileName().toString();
        try (LocalEngine watched =
                LocalEngine.withoutTokenizers(OPTIONS, new LastingThreads("engine-test"), new Diary(lines))) {
            EngineModel loaded = watched.load(STARTER).join();
            Heard heard = new Heard();
            watched.generate(loaded, request("ada", question(3), 4), heard);
            heard.all();
            watched.round().join();
            watched.round().join();

            // The load, the prompt and each token.
            assertThat(lines).filteredOn(model::equals).hasSizeGreaterThanOrEqualTo(5);
            assertThat(lines).last().isEqualTo("rests");
        }
        assertThat(lines).last().isEqualTo(model);
    }

    @AfterEach
    void inexact() {
        MlxRuntime.exact(false);
    }
}
