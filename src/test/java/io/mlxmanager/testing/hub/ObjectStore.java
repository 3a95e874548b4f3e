package io.mlxmanager.testing.hub;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the large files of the stand-in are, with ranges. A fault that was ordered strikes one transfer of
 * a large file, in the order in which they come; small files of the hub are spared. Safe for many threads.
 */
public final class ObjectStore implements AutoCloseable {

    private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-(\\d*)");

    private final HttpServer server;
    private final Map<String, StandInFile> files = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<Fault> faults = new ConcurrentLinkedQueue<>();
    private final List<SeenTransfer> seen = new CopyOnWriteArrayList<>();
    private final AtomicLong sent = new AtomicLong();
    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile Gate gate = new Gate(Long.MAX_VALUE);

    /** A transfer that was asked for; {@code authorization} and {@code range} are empty when absent. */
    public record SeenTransfer(String path, String range, String authorization) {}

    private sealed interface Fault {}

    private record Drop(long after) implements Fault {}

    private record Status(int code, Optional<String> retryAfter) implements Fault {}

    private record Wrong() implements Fault {}

    private record Stall(long after) implements Fault {}

    private record WholeFile() implements Fault {}

    /** Lets so many bytes through and holds the rest until it is opened. */
    private static final class Gate {
        private final AtomicLong left;
        private final CountDownLatch open = new CountDownLatch(1);

        Gate(long bytes) {
            left = new AtomicLong(bytes);
        }
    }

    ObjectStore(Executor threads) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            try (exchange) {
                StandInFile file = files.get(exchange.getRequestURI().getPath().substring(1));
                if (file == null) {
                    exchange.sendResponseHeaders(404, -1);
                } else {
                    exchange.getResponseHeaders().set("ETag", "\"of-the-store\"");
                    send(exchange, file);
                }
            }
        });
        server.start();
    }

    /** The next transfer breaks off after so many bytes. */
    public void drop(long afterBytes) {
        faults.add(new Drop(afterBytes));
    }

    /** The next transfer is refused: 429, 500, 416, 403 … */
    public void refuse(int status) {
        faults.add(new Status(status, Optional.empty()));
    }

    /** As {@link #refuse}, with a Retry-After header. */
    public void refuse(int status, String retryAfter) {
        faults.add(new Status(status, Optional.of(retryAfter)));
    }

    /** The next transfer has a wrong byte in the middle of its file, if its range holds that. */
    public void corrupt() {
        faults.add(new Wrong());
    }

    /** The next transfer says nothing more after so many bytes, and stays open. */
    public void stall(long afterBytes) {
        faults.add(new Stall(afterBytes));
    }

    /** The next transfer takes no notice of its Range header. */
    public void ignoreRange() {
        faults.add(new WholeFile());
    }

    /** Whether every fault that was ordered has struck. */
    public boolean quiet() {
        return faults.isEmpty();
    }

    /** Holds all transfers after so many bytes together, until {@link #release}. */
    public void holdAfter(long bytes) {
        gate = new Gate(bytes);
    }

    /** Lets everything through again. */
    public void release() {
        Gate held = gate;
        gate = new Gate(Long.MAX_VALUE);
        held.open.countDown();
    }

    /** Bytes of content that left, of small files too. */
    public long sent() {
        return sent.get();
    }

    public List<SeenTransfer> seen() {
        return List.copyOf(seen);
    }

    URI address(StandInFile file) {
        files.put(file.etag(), file);
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/" + file.etag());
    }

    @Override
    public void close() {
        closing.countDown();
        release();
        server.stop(0);
    }

    /** Answers with the file or the range asked for, or with the fault whose turn it is. */
    void send(HttpExchange exchange, StandInFile file) throws IOException {
        String range = header(exchange, "Range");
        seen.add(new SeenTransfer(file.path(), range, header(exchange, "Authorization")));
        Fault fault = file.large() ? faults.poll() : null;
        if (fault instanceof Status status) {
            status.retryAfter().ifPresent(value -> exchange.getResponseHeaders().set("Retry-After", value));
            exchange.sendResponseHeaders(status.code(), -1);
            return;
        }
        StandInFile content = fault instanceof Wrong ? file.corrupted() : file;
        Matcher asked = RANGE.matcher(range);
        long from = 0;
        long end = content.size();
        if (asked.matches() && !(fault instanceof WholeFile)) {
            from = Long.parseLong(asked.group(1));
            end = asked.group(2).isEmpty() ? end : Math.min(end, Long.parseLong(asked.group(2)) + 1);
            if (from >= end) {
                exchange.sendResponseHeaders(416, -1);
                return;
            }
            exchange.getResponseHeaders()
                    .set("Content-Range", "bytes " + from + "-" + (end - 1) + "/" + content.size());
            exchange.sendResponseHeaders(206, end - from);
        } else {
            exchange.sendResponseHeaders(200, end == 0 ? -1 : end);
        }
        transfer(exchange, content, from, end, fault);
    }

    private void transfer(HttpExchange exchange, StandInFile content, long from, long end, Fault fault)
            throws IOException {
        long stop = end;
        if (fault instanceof Drop drop) {
            stop = Math.min(end, from + drop.after());
        } else if (fault instanceof Stall stall) {
            stop = Math.min(end, from + stall.after());
        }
        OutputStream out = exchange.getResponseBody();
        for (long at = from; at < stop; ) {
            long piece = pass(Math.min(1 << 16, stop - at));
            content.write(at, piece, out);
            sent.addAndGet(piece);
            at += piece;
        }
        out.flush();
        if (stop < end) {
            if (fault instanceof Stall) {
                await(closing);
            }
            throw new IOException("broken off as ordered");
        }
    }

    private long pass(long wanted) {
        Gate now = gate;
        if (now.left.addAndGet(-wanted) < 0) {
            await(now.open);
        }
        return wanted;
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String header(HttpExchange exchange, String name) {
        return Optional.ofNullable(exchange.getRequestHeaders().getFirst(name)).orElse("");
    }
}
