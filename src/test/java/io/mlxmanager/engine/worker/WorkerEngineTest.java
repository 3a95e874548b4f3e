package io.mlxmanager.engine.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mlxmanager.base.threads.LastingThreads;
import io.mlxmanager.engine.Engine;
import io.mlxmanager.engine.EngineContract;
import io.mlxmanager.engine.EngineLostException;
import io.mlxmanager.engine.EngineModel;
import io.mlxmanager.engine.ModelPurpose;
import io.mlxmanager.engine.Share;
import io.mlxmanager.testing.Heard;
import io.mlxmanager.testing.NativeLibrary;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The engine in a process of its own, and what is left when that process ends. */
@ExtendWith(NativeLibrary.class)
class WorkerEngineTest extends EngineContract {

    @TempDir
    static Path home;

    private final BlockingQueue<String> news = new LinkedBlockingQueue<>();

    /** Writes down what it hears. */
    private record Notes(BlockingQueue<String> news) implements WorkerWatcher {

        @Override
        public void ready(String backend, String version, String isa, String device) {
            news.add("ready " + backend);
        }

        @Override
        public void building(String line) {
            news.add("building");
        }

        @Override
        public void unavailable(String reason) {
            news.add("unavailable " + reason);
        }

        @Override
        public void lost(String reason, Optional<Path> model) {
            news.add("lost " + reason + " with " + model.map(Path::getFileName));
        }
    }

    private static WorkerSettings settings(String backend) {
        return new WorkerSettings(home, backend, "auto", Duration.ofMinutes(5));
    }

    @Override
    protected Engine open() {
        return WorkerEngine.start(settings("cpu"), OPTIONS, new LastingThreads("worker-test"), new Notes(news));
    }

    private static ProcessHandle worker() {
        return ProcessHandle.current()
                .children()
                .filter(child -> child.info().commandLine().orElse("").contains(Worker.class.getName()))
                .filter(ProcessHandle::isAlive)
                .findFirst()
                .orElseThrow();
    }

    private static void signal(String name, ProcessHandle process) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"KILL", "SEGV"})
    void whenTheProcessIsKilledWhatRunsFailsAndTheNextAnswerIsTheSameAsBefore(String signal) throws Exception {
        List<Integer> before = ask("ada", question(5), 12).all();
        List<Heard> running = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            running.add(ask("tenant" + i, question(i + 3), 1_000));
        }
        running.forEach(heard -> heard.first.join());
        assertThat(news.poll(10, TimeUnit.SECONDS)).isEqualTo("ready cpu");

        signal(signal, worker());

        for (Heard heard : running) {
            assertThatThrownBy(heard::all).hasCauseInstanceOf(EngineLostException.class);
        }
        assertThat(news.poll(10, TimeUnit.SECONDS))
                .startsWith("lost The engine process ")
                .endsWith("with Optional[" + STARTER.getFileName() + "]");
        assertThat(engine.holds(model)).isFalse();
        assertThatThrownBy(ask("ada", question(5), 5)::all).hasCauseInstanceOf(EngineLostException.class);
        EngineModel lost = model;
        model = engine.load(STARTER).join();
        engine.unload(lost).join();
        assertThat(engine.holds(model)).isTrue();
        assertThat(ask("ada", question(5), 12).all()).isEqualTo(before);
        assertThat(news.poll(10, TimeUnit.SECONDS)).isEqualTo("ready cpu");
    }

    @Test
    void aProcessThatStandsStillIsEndedAndReplaced() throws Exception {
        List<Integer> before = ask("ada", question(5), 12).all();
        engine.close();
        news.clear();
        engine = WorkerEngine.start(
                new WorkerSettings(home, "cpu", "auto", Duration.ofSeconds(5)),
                OPTIONS,
                new LastingThreads("worker-test"),
                new Notes(news));
        model = engine.load(STARTER).join();
        assertThat(news.poll(10, TimeUnit.SECONDS)).isEqualTo("ready cpu");
        Heard running = ask("bob", question(4), 1_000);
        running.first.join();
        ProcessHandle stopped = worker();

        signal("STOP", stopped);

        assertThatThrownBy(running::all)
                .hasCauseInstanceOf(EngineLostException.class)
                .hasMessageContaining("did not go on for 5 s and was ended");
        assertThat(news.poll(10, TimeUnit.SECONDS))
                .startsWith("lost The engine process did not go on")
                .endsWith("with Optional[" + STARTER.getFileName() + "]");
        assertThat(stopped.isAlive()).isFalse();
        model = engine.load(STARTER).join();
        assertThat(ask("ada", question(5), 12).all()).isEqualTo(before);
    }

    @Test
    void vectorsAndLoadsThatAreUnderWayFailToo() throws Exception {
        EngineModel embedder = engine.load(STARTER, ModelPurpose.EMBED).join();
        int[] text = new int[2_000];
        List<int[]> texts = Collections.nCopies(500, text);
        var vectors = engine.embed(embedder, texts, Share.of("ada")).result();
        signal("KILL", worker());
        assertThatThrownBy(vectors::join).hasCauseInstanceOf(EngineLostException.class);
        assertThat(engine.load(STARTER).join()).isNotNull();
    }

    @Test
    void closingEndsTheProcessAndWhatRunsAsCancelled() {
        Heard heard = ask("ada", question(5), 1_000);
        heard.first.join();
        ProcessHandle worker = worker();
        engine.close();
        assertThat(worker.isAlive()).isFalse();
        assertThat(heard.end.join().name()).isEqualTo("CANCELLED");
        assertThatThrownBy(() -> engine.load(STARTER).join()).hasCauseInstanceOf(CancellationException.class);
    }

    /** A program with a worker, which says who that is and waits for its end. */
    static final class Parent {

        public static void main(String[] arguments) throws InterruptedException {
            Engine engine = WorkerEngine.start(
                    new WorkerSettings(Path.of(arguments[0]), "cpu", "auto", Duration.ofMinutes(5)),
                    OPTIONS,
                    new LastingThreads("parent"),
                    new Notes(new LinkedBlockingQueue<>()));
            engine.load(STARTER).join();
            System.out.println("worker " + worker().pid());
            Thread.sleep(TimeUnit.MINUTES.toMillis(5));
        }
    }

    @Test
    void theProcessEndsWithItsParentHoweverThatEnds() throws Exception {
        Process parent = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-Dai.djl.offline=true",
                        "-DOPT_OUT_TRACKING=true",
                        Parent.class.getName(),
                        home.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(parent.getInputStream(), StandardCharsets.UTF_8))) {
            String line = out.readLine();
            assertThat(line).startsWith("worker ");
            ProcessHandle worker = ProcessHandle.of(Long.parseLong(line.substring("worker ".length())))
                    .orElseThrow();
            assertThat(worker.isAlive()).isTrue();
            String[] arguments = worker.info().arguments().orElseThrow();
            assertThat(Path.of(arguments[arguments.length - 1]))
                    .as("what a killed server would leave behind")
                    .doesNotExist();

            parent.destroyForcibly().waitFor();

            worker.onExit().get(20, TimeUnit.SECONDS);
            assertThat(worker.isAlive()).isFalse();
        }
    }

    @Test
    void aBackEndThatThereIsNotIsToldAndNobodyWaits() throws Exception {
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        try (Engine none =
                WorkerEngine.start(settings("none"), OPTIONS, new LastingThreads("worker-test"), new Notes(heard))) {
            assertThat(heard.poll(20, TimeUnit.SECONDS)).startsWith("unavailable ");
            assertThatThrownBy(() -> none.load(STARTER).join()).hasCauseInstanceOf(EngineLostException.class);
        }
    }
}
