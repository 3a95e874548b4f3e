package io.mlxmanager.it;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The real server with the packaged application, its own configuration, a fresh data folder and a free port, started as an
 * operator would start it. Tests that only talk to it share one; tests that stop or kill it start their own.
 */
public final class RunningServer implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofMinutes(4);
    private static final String READY = "MLX Manager is ready at";
    private static final String GONE = "CWWKZ0014W";
    private static RunningServer shared;

    private final Path wlp = Path.of(System.getProperty("it.wlp"));
    private final String name;
    private final Path home;
    private final int port;
    private final Map<String, String> environment = new LinkedHashMap<>();
    private final Path console;
    private Process process;

    private RunningServer(String name, Path home, Map<String, String> environment) {
        this.name = name;
        this.home = home;
        this.port = freePort();
        this.console = Path.of("target/it", name + "-console.log").toAbsolutePath();
        this.environment.put("MLX_MANAGER_HOME", home.toString());
        this.environment.put("MLX_MANAGER_PORT", Integer.toString(port));
        this.environment.put("HF_HOME", home.resolve("no-hub").toString());
        this.environment.putAll(environment);
    }

    /** The server that tests share; started by the first, stopped with the JVM. */
    public static synchronized RunningServer shared() {
        if (shared == null) {
            shared = start("shared", Map.of());
            Runtime.getRuntime().addShutdownHook(new Thread(shared::close));
        }
        return shared;
    }

    /**
     * Starts another server with an empty data folder.
     *
     * @param name unique among the tests
     * @param environment variables besides data folder and port
     */
    public static RunningServer start(String name, Map<String, String> environment) {
        Path home = Path.of("target/it/home-" + name).toAbsolutePath();
        deleteTree(home);
        RunningServer server = new RunningServer(name, home, environment);
        server.install();
        server.launch();
        return server;
    }

    public URI baseUrl() {
        return URI.create("http://localhost:" + port);
    }

    public int port() {
        return port;
    }

    /** The process that is the server itself, below the script that started it. */
    long serverPid() {
        return process.descendants()
                .filter(child -> child.info().command().orElse("").contains("java"))
                .filter(child -> !child.info().commandLine().orElse("").contains("engine.worker"))
                .findFirst()
                .map(ProcessHandle::pid)
                .orElse(process.pid());
    }

    public Path home() {
        return home;
    }

    /** What the server wrote to its console since its last start. */
    public String consoleText() {
        try {
            return Files.readString(console);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Everything in the server's log folder, the console included. */
    public String allLogs() {
        StringBuilder logs = new StringBuilder(consoleText());
        try (Stream<Path> files = Files.walk(serverFolder().resolve("logs"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                logs.append(Files.readString(file));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return logs.toString();
    }

    /**
     * Takes the package away and puts it back, and waits until the application is ready again. Replaced in place, or put
     * back before the server has found it missing, the server sees two changes and restarts the application twice, the
     * second time at a moment that cannot be told.
     */
    public void restartApplication() {
        long readyBefore = count(READY);
        long goneBefore = count(GONE);
        Path war = serverFolder().resolve("apps/mlx-manager.war");
        Path beside = serverFolder().resolve("mlx-manager.war.away");
        move(war, beside);
        await(() -> count(GONE) > goneBefore);
        move(beside, war);
        await(() -> count(READY) > readyBefore);
    }

    /** Ends the process at once, as a power cut does. */
    public void kill() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        join();
    }

    /** Starts the server again on the same data, after {@link #kill} or {@link #stop}. */
    public void launch() {
        try {
            Files.deleteIfExists(console);
            ProcessBuilder builder = new ProcessBuilder(command("run"));
            builder.environment().putAll(environment);
            builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
            builder.redirectErrorStream(true).redirectOutput(console.toFile());
            process = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        await(() -> consoleText().contains(READY));
    }

    /** Stops the server in an orderly way. */
    public void stop() {
        run("stop");
        join();
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            stop();
        }
    }

    private void install() {
        deleteTree(serverFolder());
        run("create");
        try {
            copyTree(Path.of("src/main/liberty/config"), serverFolder());
            Files.createDirectories(serverFolder().resolve("apps"));
            Files.copy(Path.of(System.getProperty("it.war")), serverFolder().resolve("apps/mlx-manager.war"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path serverFolder() {
        return wlp.resolve("usr/servers").resolve(name);
    }

    private List<String> command(String verb) {
        boolean windows = File.separatorChar == '\\';
        return List.of(wlp.resolve(windows ? "bin/server.bat" : "bin/server").toString(), verb, name);
    }

    private void run(String verb) {
        try {
            Process done = new ProcessBuilder(command(verb))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!done.waitFor(2, TimeUnit.MINUTES)) {
                throw new IllegalStateException("server " + verb + " " + name + " does not end");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private void join() {
        try {
            if (!process.waitFor(1, TimeUnit.MINUTES)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private long count(String text) {
        return consoleText().lines().filter(line -> line.contains(text)).count();
    }

    private void await(java.util.function.BooleanSupplier condition) {
        Instant limit = Instant.now().plus(START_LIMIT);
        while (!condition.getAsBoolean()) {
            if (!process.isAlive() || Instant.now().isAfter(limit)) {
                throw new IllegalStateException("the server does not get ready:\n" + consoleText());
            }
            probe();
        }
    }

    /** Waits a little by asking the server something, rather than by sleeping. */
    private void probe() {
        try {
            HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(baseUrl().resolve("/health"))
                                    .timeout(Duration.ofSeconds(2))
                                    .build(),
                            HttpResponse.BodyHandlers.discarding());
            process.waitFor(200, TimeUnit.MILLISECONDS);
        } catch (IOException e) {
            try {
                process.waitFor(200, TimeUnit.MILLISECONDS);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void copyTree(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
    }

    private static void move(Path from, Path to) {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void deleteTree(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
