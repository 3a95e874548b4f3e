package io.mlxmanager.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.FormatMethod;
import io.mlxmanager.manage.audit.ManyRows;
import io.mlxmanager.testing.TestDatabase;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/**
 * What the audit log does under load, measured against the real server; not part of the test run. {@code mvn verify
 * -Dit.test=AuditLoadBench -Dtest=None -Dsurefire.failIfNoSpecifiedTests=false}, and {@code -Dbench.rows=} for another
 * number of rows. Results go to {@code target/bench/audit.txt}.
 */
class AuditLoadBench {

    private static final int ROWS = Integer.getInteger("bench.rows", 1_000_000);
    private static final int SUBSCRIBERS = 500;
    private static final int ANSWERS = 20;
    private static final int HEAP_MEGABYTES = 384;
    private static final long WATCH_NANOS = 50_000_000;
    private static final String SOCKET = "/api/system/ws/audit-logs";
    private static final String QUESTION =
            "{\"model\":\"mlx-manager/starter-qwen3-4m-4bit\",\"temperature\":2,\"seed\":7,"
                    + "\"max_tokens\":400,\"messages\":[{\"role\":\"user\",\"content\":\"Tell me a story.\"}]}";

    private final StringBuilder report = new StringBuilder();

    @Test
    void exportsAndFollows() throws Exception {
        try (RunningServer server =
                RunningServer.start("audit-load", Map.of("JVM_ARGS", "-Xmx" + HEAP_MEGABYTES + "m"))) {
            ApiClient admin = ApiClient.of(server, "ada@example.com");
            follow(server, admin);
            server.stop();
            fill(server.home().resolve("db"));
            server.launch();
            export(server, admin, "jsonl");
            export(server, admin, "csv");
            verify(admin);
        }
        Path file = Path.of("target/bench/audit.txt");
        Files.createDirectories(file.getParent());
        Files.writeString(file, report);
    }

    @FormatMethod
    private void say(String format, Object... values) {
        String line = String.format(format, values);
        System.out.println(line);
        report.append(line).append('\n');
    }

    private static void fill(Path folder) {
        try (TestDatabase database = TestDatabase.at(folder)) {
            ManyRows.write(database, ROWS, Instant.now().minus(Duration.ofDays(1)));
        }
    }

    private void export(RunningServer server, ApiClient admin, String format) throws Exception {
        AtomicLong peak = new AtomicLong();
        AtomicBoolean watching = new AtomicBoolean(true);
        long before = resident(server);
        Thread watcher = new Thread(() -> {
            while (watching.get()) {
                peak.accumulateAndGet(resident(server), Math::max);
                LockSupport.parkNanos(WATCH_NANOS);
            }
        });
        watcher.start();
        long began = System.nanoTime();
        long bytes = 0;
        long lines = 0;
        HttpResponse<InputStream> answer = HttpClient.newHttpClient()
                .send(
                        admin.request("/api/system/audit-logs/export?format=" + format)
                                .timeout(Duration.ofMinutes(20))
                                .build(),
                        HttpResponse.BodyHandlers.ofInputStream());
        assertThat(answer.statusCode()).isEqualTo(200);
        try (InputStream in = answer.body()) {
            byte[] buffer = new byte[1 << 16];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                bytes += read;
                for (int i = 0; i < read; i++) {
                    lines += buffer[i] == '\n' ? 1 : 0;
                }
            }
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        watching.set(false);
        watcher.join();
        assertThat(lines).isGreaterThanOrEqualTo(ROWS);
        say(
                "export %s: %,d rows, %,d MB in %.1f s (%,.0f rows/s); heap limit %d MB, resident %,d MB before and %,d MB at most",
                format, lines, bytes >> 20, seconds, lines / seconds, HEAP_MEGABYTES, before >> 10, peak.get() >> 10);
    }

    private void verify(ApiClient admin) {
        long began = System.nanoTime();
        HttpResponse<String> answer = admin.send(admin.request("/api/system/audit-logs/verify")
                .timeout(Duration.ofMinutes(20))
                .GET());
        assertThat(answer.statusCode()).isEqualTo(200);
        say("verify: %.1f s, %s", (System.nanoTime() - began) / 1e9, answer.body());
    }

    private void follow(RunningServer server, ApiClient admin) throws Exception {
        answers(admin, 3);
        double alone = answers(admin, ANSWERS);
        Queue<Long> delays = new ConcurrentLinkedQueue<>();
        HttpClient http = HttpClient.newHttpClient();
        List<WebSocket> sockets = new ArrayList<>();
        Instant since = Instant.now();
        URI uri = URI.create("ws://localhost:" + server.port() + SOCKET + "?token=" + admin.token());
        for (int i = 0; i < SUBSCRIBERS; i++) {
            sockets.add(http.newWebSocketBuilder()
                    .buildAsync(uri, new Reader(delays, since))
                    .join());
        }
        double followed = answers(admin, ANSWERS);
        Poll.until(() -> delays.size() >= SUBSCRIBERS * ANSWERS);
        List<Long> sorted = delays.stream().sorted().toList();
        say(
                "%d live readers: %,d frames, delay from row to reader %d ms median, %d ms 99th percentile, %d ms at most",
                SUBSCRIBERS,
                sorted.size(),
                sorted.get(sorted.size() / 2),
                sorted.get(sorted.size() * 99 / 100),
                sorted.get(sorted.size() - 1));
        say("inference: %.0f tokens/s alone, %.0f tokens/s with %d live readers", alone, followed, SUBSCRIBERS);
        sockets.forEach(WebSocket::abort);
    }

    /** Tokens per second over so many answers, one after the other, the clients' side included. */
    private static double answers(ApiClient client, int count) {
        long tokens = 0;
        long began = System.nanoTime();
        for (int i = 0; i < count; i++) {
            JsonObject body =
                    ApiClient.json(client.post("/v1/chat/completions", QUESTION).body());
            tokens += body.getJsonObject("usage").getInt("completion_tokens");
        }
        return tokens / ((System.nanoTime() - began) / 1e9);
    }

    /** Resident memory of the server in KiB. */
    private static long resident(RunningServer server) {
        try {
            return Files.readAllLines(Path.of("/proc", Long.toString(server.serverPid()), "status")).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            return 0;
        }
    }

    /** Notes how old each new row is when it arrives. */
    private static final class Reader implements WebSocket.Listener {

        private final Queue<Long> delays;
        private final Instant since;
        private final StringBuilder partial = new StringBuilder();

        Reader(Queue<Long> delays, Instant since) {
            this.delays = delays;
            this.since = since;
        }

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            partial.append(data);
            if (last) {
                Instant now = Instant.now();
                JsonObject frame = ApiClient.json(partial.toString());
                partial.setLength(0);
                if (frame.getString("type").equals("log")) {
                    Instant written = Instant.parse(frame.getJsonObject("data").getString("timestamp"));
                    if (written.isAfter(since)) {
                        delays.add(Duration.between(written, now).toMillis());
                    }
                }
            }
            from.request(1);
            return null;
        }
    }
}
