package io.mlxmanager.testing.hub;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A small hub: search, model info, tree, resolve. Large files are redirected to an {@link ObjectStore} on a port of its
 * own, as the real hub does. Repositories and faults may be changed while it runs. Safe for many threads.
 */
public final class HubStandIn implements AutoCloseable {

    private final HttpServer server;
    private final ExecutorService threads;
    private final ObjectStore store;
    private final Map<String, StandInRepository> repositories = new ConcurrentHashMap<>();
    private final List<SeenRequest> seen = new CopyOnWriteArrayList<>();
    private final AtomicReference<Refusal> refusal = new AtomicReference<>();
    private volatile String requiredToken = "";

    /** A request the hub got; {@code authorization} is empty when there was none. */
    public record SeenRequest(String path, String query, String authorization) {}

    private record Refusal(String pathPart, int status, Optional<String> retryAfter, int left) {}

    public HubStandIn() {
        threads = Executors.newCachedThreadPool(work -> {
            Thread thread = new Thread(work, "hub-stand-in");
            thread.setDaemon(true);
            return thread;
        });
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            store = new ObjectStore(threads);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::serve);
        server.start();
    }

    /** For HF_ENDPOINT. */
    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** Where large files are, and where faults of a transfer are ordered. */
    public ObjectStore store() {
        return store;
    }

    /** The repository of that name, made empty if there is none. */
    public StandInRepository repository(String id) {
        return repositories.computeIfAbsent(id, StandInRepository::new);
    }

    public List<SeenRequest> seen() {
        return List.copyOf(seen);
    }

    /** Everything answers 401 without this token; empty for an open hub. */
    public void requireToken(String token) {
        requiredToken = token;
    }

    /** The next requests whose path contains the text get this status. */
    public void refuse(String pathPart, int status, int times) {
        refusal.set(new Refusal(pathPart, status, Optional.empty(), times));
    }

    /** As {@link #refuse}, with a Retry-After header. */
    public void refuse(String pathPart, int status, int times, String retryAfter) {
        refusal.set(new Refusal(pathPart, status, Optional.of(retryAfter), times));
    }

    @Override
    public void close() {
        server.stop(0);
        store.close();
        threads.shutdownNow();
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            URI uri = exchange.getRequestURI();
            String authorization = Optional.ofNullable(
                            exchange.getRequestHeaders().getFirst("Authorization"))
                    .orElse("");
            String query = Optional.ofNullable(uri.getRawQuery()).orElse("");
            seen.add(new SeenRequest(uri.getPath(), query, authorization));
            Optional<Refusal> refused = takeRefusal(uri.getPath());
            if (refused.isPresent()) {
                refused.get()
                        .retryAfter()
                        .ifPresent(value -> exchange.getResponseHeaders().set("Retry-After", value));
                exchange.sendResponseHeaders(refused.get().status(), -1);
            } else if (!requiredToken.isEmpty() && !authorization.equals("Bearer " + requiredToken)) {
                exchange.sendResponseHeaders(401, -1);
            } else {
                answer(exchange, uri.getPath(), query);
            }
        }
    }

    private Optional<Refusal> takeRefusal(String path) {
        Refusal before = refusal.getAndUpdate(now -> now == null || !path.contains(now.pathPart())
                ? now
                : now.left() <= 1 ? null : new Refusal(now.pathPart(), now.status(), now.retryAfter(), now.left() - 1));
        return Optional.ofNullable(before).filter(now -> path.contains(now.pathPart()));
    }

    private void answer(HttpExchange exchange, String path, String query) throws IOException {
        if (path.equals("/api/models")) {
            json(exchange, search(query, exchange.getResponseHeaders()));
            return;
        }
        if (path.equals("/api/whoami-v2")) {
            json(exchange, "{\"type\":\"user\",\"name\":\"ada\"}");
            return;
        }
        String[] parts = path.substring(1).split("/", -1);
        boolean api = path.startsWith("/api/models/");
        int at = api ? 2 : 0;
        StandInRepository repository = parts.length < at + 2 ? null : repositories.get(parts[at] + "/" + parts[at + 1]);
        if (repository == null) {
            exchange.sendResponseHeaders(404, -1);
        } else if (api && parts.length > at + 2 && parts[at + 2].equals("tree")) {
            json(exchange, repository.tree().build().toString());
        } else if (api) {
            json(exchange, repository.info().build().toString());
        } else if (parts.length > 4 && parts[2].equals("resolve")) {
            resolve(exchange, repository, String.join("/", Arrays.asList(parts).subList(4, parts.length)));
        } else {
            exchange.sendResponseHeaders(404, -1);
        }
    }

    private void resolve(HttpExchange exchange, StandInRepository repository, String path) throws IOException {
        Optional<StandInFile> found = repository.file(path);
        if (found.isEmpty()) {
            exchange.sendResponseHeaders(404, -1);
            return;
        }
        StandInFile file = found.get();
        exchange.getResponseHeaders().set("X-Repo-Commit", repository.commit());
        if (file.large()) {
            exchange.getResponseHeaders().set("X-Linked-Etag", "\"" + file.etag() + "\"");
            exchange.getResponseHeaders().set("X-Linked-Size", Long.toString(file.size()));
            exchange.getResponseHeaders().set("Location", store.address(file).toString());
            exchange.sendResponseHeaders(302, -1);
        } else {
            exchange.getResponseHeaders().set("ETag", "\"" + file.etag() + "\"");
            store.send(exchange, file);
        }
    }

    /** Models whose name contains the search, by downloads; understands search, author, limit, cursor. */
    private String search(String query, Headers headers) {
        Map<String, String> asked = fields(query);
        String text = asked.getOrDefault("search", "").toLowerCase(java.util.Locale.ROOT);
        List<StandInRepository> hits = new ArrayList<>(repositories.values());
        hits.removeIf(repository ->
                !repository.id().toLowerCase(java.util.Locale.ROOT).contains(text)
                        || !repository.id().startsWith(asked.getOrDefault("author", "")));
        hits.sort(java.util.Comparator.comparingLong((StandInRepository repository) -> repository.downloads())
                .reversed()
                .thenComparing(StandInRepository::id));
        int from = Integer.parseInt(asked.getOrDefault("cursor", "0"));
        int end = Math.min(hits.size(), from + Integer.parseInt(asked.getOrDefault("limit", "1000")));
        if (end < hits.size()) {
            headers.set("Link", "<" + endpoint() + "/api/models?limit=1&cursor=" + end + ">; rel=\"next\"");
        }
        JsonArrayBuilder list = Json.createArrayBuilder();
        hits.subList(from, end).forEach(repository -> list.add(repository.info()));
        return list.build().toString();
    }

    private static Map<String, String> fields(String query) {
        Map<String, String> fields = new ConcurrentHashMap<>();
        for (String pair : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                fields.put(
                        pair.substring(0, equals),
                        URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
            }
        }
        return fields;
    }

    private static void json(HttpExchange exchange, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
    }
}
