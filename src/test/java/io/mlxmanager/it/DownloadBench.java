package io.mlxmanager.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.FormatMethod;
import io.mlxmanager.testing.hub.HubStandIn;
import io.mlxmanager.testing.hub.StandInFile;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What downloads cost and survive, measured against the real server; not part of the test run. {@code mvn verify
 * -Dit.test=DownloadBench -Dtest=None -Dsurefire.failIfNoSpecifiedTests=false -Dfailsafe.failIfNoSpecifiedTests=false}, and
 * {@code -Dbench.megabytes=} for another size, {@code -Dbench.kills=} for another number of kills. Needs curl. Results go
 * to {@code target/bench/downloads.txt}.
 */
class DownloadBench {

    private static final String MODEL = "ada/big";
    private static final long MEGABYTES = Long.getLong("bench.megabytes", 2048);
    private static final int KILLS = Integer.getInteger("bench.kills", 20);
    private static final int RUNS = 5;
    private static final int OBSERVERS = 100;
    private static final Duration STEP = Duration.ofMillis(20);

    private final Path folder = Path.of("target/bench").toAbsolutePath();
    private final Path source = folder.resolve("big.safetensors");
    private final HubStandIn hub = new HubStandIn();
    private StandInFile file;

    @BeforeEach
    void fill() throws IOException {
        Files.createDirectories(folder);
        Random random = new Random(11);
        byte[] piece = new byte[1 << 20];
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(source))) {
            for (long i = 0; i < MEGABYTES; i++) {
                random.nextBytes(piece);
                out.write(piece);
            }
        }
        file = hub.repository(MODEL)
                .text("config.json", "{\"model_type\":\"qwen3\"}")
                .large("model.safetensors", source)
                .file("model.safetensors")
                .orElseThrow();
    }

    @AfterEach
    void close() throws IOException {
        hub.close();
        Files.deleteIfExists(source);
    }

    @Test
    void survivesKillsAtRandomMoments() throws IOException {
        Random random = new Random(5);
        try (RunningServer server = RunningServer.start(
                "download-kills",
                Map.of("HF_ENDPOINT", hub.endpoint().toString(), "MLX_MANAGER_DOWNLOADS_BANDWIDTH", "24 MiB"))) {
            ApiClient client = ApiClient.of(server, "ada@example.com");
            String task = begin(client);
            int moving = 0;
            for (int i = 0; i < KILLS; i++) {
                LockSupport.parkNanos(Duration.ofMillis(random.nextInt(1500)).toNanos());
                moving += status(client, task).getString("status").equals("downloading") ? 1 : 0;
                server.kill();
                server.launch();
            }
            untilEnded(client, task);
            assertThat(status(client, task).getString("status")).isEqualTo("completed");
            Path blob = blob(server);
            assertThat(Files.mismatch(blob, source)).isEqualTo(-1);
            long extra = hub.store().sent() - file.size();
            note(
                    "%d bytes with %d kills (%d while bytes moved): %d bytes sent beyond the file's size (%.2f %%), equal to the source, SHA-256 %s",
                    file.size(), KILLS, moving, extra, 100.0 * extra / file.size(), file.etag());
        }
    }

    @Test
    void isAsFastAsCurl() throws Exception {
        try (RunningServer server = RunningServer.start(
                "download-speed", Map.of("HF_ENDPOINT", hub.endpoint().toString()))) {
            ApiClient client = ApiClient.of(server, "ada@example.com");
            double[] curl = new double[RUNS];
            double[] ours = new double[RUNS];
            for (int i = 0; i < RUNS; i++) {
                curl[i] = curl();
                long start = System.nanoTime();
                String task = begin(client);
                untilEnded(client, task);
                ours[i] = file.size() / ((System.nanoTime() - start) / 1e9) / 1e6;
                assertThat(status(client, task).getString("status")).isEqualTo("completed");
                deleteTree(blob(server).getParent().getParent());
            }
            note(
                    "%d bytes, medians of %d: %.0f MB/s with the hash verified, curl %.0f MB/s without",
                    file.size(), RUNS, median(ours), median(curl));
        }
    }

    @Test
    void hasManyObservers() throws Exception {
        try (RunningServer server = RunningServer.start(
                "download-observers", Map.of("HF_ENDPOINT", hub.endpoint().toString()))) {
            ApiClient client = ApiClient.of(server, "ada@example.com");
            hub.store().holdAfter(file.size() / 4);
            String task = begin(client);
            CountDownLatch watching = new CountDownLatch(OBSERVERS);
            AtomicLong frames = new AtomicLong();
            List<CompletableFuture<Long>> ends = new ArrayList<>();
            HttpClient http = HttpClient.newHttpClient();
            for (int i = 0; i < OBSERVERS; i++) {
                ends.add(http.sendAsync(
                                client.request("/api/models/download/" + task + "/progress")
                                        .GET()
                                        .build(),
                                HttpResponse.BodyHandlers.ofLines())
                        .thenApplyAsync(
                                answer -> follow(answer.body(), watching, frames), work -> new Thread(work).start()));
            }
            watching.await();
            hub.store().release();
            long[] ended = ends.stream().mapToLong(CompletableFuture::join).toArray();
            Arrays.sort(ended);
            note(
                    "%d observers of one download, %d frames each in the mean; the last heard of the end %.1f ms after the first; bytes sent beyond the file's size: %d",
                    OBSERVERS,
                    frames.get() / OBSERVERS,
                    (ended[OBSERVERS - 1] - ended[0]) / 1e6,
                    hub.store().sent() - file.size());
        }
    }

    private static long follow(Stream<String> lines, CountDownLatch watching, AtomicLong frames) {
        boolean[] seen = {false, false};
        try (lines) {
            lines.filter(line -> line.startsWith("data: ")).forEach(line -> {
                frames.incrementAndGet();
                if (!seen[0]) {
                    seen[0] = true;
                    watching.countDown();
                }
                seen[1] = line.contains("\"completed\"");
            });
        }
        assertThat(seen[1]).as("the last frame says completed").isTrue();
        return System.nanoTime();
    }

    private static String begin(ApiClient client) {
        return ApiClient.json(client.post(
                                "/api/models/download",
                                Json.createObjectBuilder()
                                        .add("model_id", MODEL)
                                        .build()
                                        .toString())
                        .body())
                .getString("task_id");
    }

    private static JsonObject status(ApiClient client, String task) {
        return ApiClient.json(
                client.get("/api/models/download/" + task + "/status").body());
    }

    private static void untilEnded(ApiClient client, String task) {
        while (!List.of("completed", "failed").contains(status(client, task).getString("status"))) {
            LockSupport.parkNanos(STEP.toNanos());
        }
    }

    private Path blob(RunningServer server) {
        return server.home().resolve("no-hub/hub/models--ada--big/blobs").resolve(file.etag());
    }

    private double curl() throws Exception {
        Path target = folder.resolve("curl.out");
        long start = System.nanoTime();
        Process process = new ProcessBuilder(
                        "curl",
                        "-sSfL",
                        "-o",
                        target.toString(),
                        hub.endpoint() + "/" + MODEL + "/resolve/main/model.safetensors")
                .inheritIO()
                .start();
        assertThat(process.waitFor()).isZero();
        double rate = file.size() / ((System.nanoTime() - start) / 1e9) / 1e6;
        assertThat(Files.size(target)).isEqualTo(file.size());
        Files.delete(target);
        return rate;
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    @FormatMethod
    private void note(String format, Object... values) throws IOException {
        Files.writeString(
                folder.resolve("downloads.txt"),
                String.format(format, values) + System.lineSeparator(),
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }

    private static void deleteTree(Path root) {
        try (Stream<Path> all = Files.walk(root)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
