package io.mlxmanager.manage.hub;

import io.mlxmanager.base.config.HubConfig;
import io.mlxmanager.base.crypto.Secret;
import jakarta.json.Json;
import jakarta.json.JsonReader;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.concurrent.CompletionException;

/**
 * The hub as an HTTP server: requests under our name, redirects followed by hand so that the token never leaves the host
 * it is for, failures in words. Any thread.
 */
public final class HubEndpoint {

    private static final int MOST_REDIRECTS = 5;
    private static final int MOST_JSON_BYTES = 64 << 20;

    private final HubConfig config;
    private final HubToken token;
    private final HttpClient http;

    /**
     * The beginning of an answer that is a success.
     *
     * @param response its body must be closed
     * @param etag of the first answer on the way that names one: the hub's own, not the object store's; without quotes,
     *     empty when there is none
     */
    public record Opened(HttpResponse<InputStream> response, String etag) implements AutoCloseable {

        public InputStream body() {
            return response.body();
        }

        @Override
        public void close() throws IOException {
            response.body().close();
        }
    }

    public HubEndpoint(HubConfig config, HubToken token) {
        this.config = config;
        this.token = token;
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(config.timeout())
                .build();
    }

    /** Whether the hub may not be asked. */
    public boolean offline() {
        return config.offline();
    }

    /** @throws HubProblem when the hub may not be asked */
    public void requireOnline() {
        if (config.offline()) {
            throw HubProblem.offline();
        }
    }

    /** Host of the hub, for messages. */
    public String host() {
        return config.endpoint().getHost();
    }

    /** @param pathAndQuery encoded, beginning with a slash */
    public URI uri(String pathAndQuery) {
        return URI.create(config.endpoint() + pathAndQuery);
    }

    /**
     * The JSON at a path of the hub.
     *
     * @param pathAndQuery encoded, beginning with a slash
     * @param what is asked for, in the words of a message, e.g. {@code owner/name}
     * @throws HubProblem when there is no such answer
     */
    public JsonValue json(String pathAndQuery, String what) {
        String text = document(pathAndQuery, what);
        try (JsonReader reader = Json.createReader(new StringReader(text))) {
            return reader.readValue();
        } catch (RuntimeException e) {
            // The parser tells of too deep nesting by a bare one.
            throw HubProblem.invalidAnswer(host(), what, e);
        }
    }

    /** As {@link #json}, for a text that is no JSON. */
    public String document(String pathAndQuery, String what) {
        try (Opened opened = open(uri(pathAndQuery), "", what)) {
            return text(opened, what);
        } catch (IOException e) {
            throw failure(e);
        }
    }

    /** A failure while an answer was read. */
    HubProblem failure(IOException e) {
        return HubProblem.ofFailure(host(), config.timeout(), e);
    }

    /** The whole of an answer that is not large. */
    String text(Opened opened, String what) throws IOException {
        byte[] bytes = opened.body().readNBytes(MOST_JSON_BYTES + 1);
        if (bytes.length > MOST_JSON_BYTES) {
            throw HubProblem.invalidAnswer(host(), what, null);
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /**
     * Opens what lies at an address of the hub, over redirects to wherever it is kept. Blocks until the answer begins.
     *
     * @param range value of a Range header; empty for the whole
     * @throws HubProblem when offline, unreachable, refused, or after too many redirects
     */
    public Opened open(URI address, String range, String what) {
        requireOnline();
        URI at = address;
        String etag = "";
        for (int i = 0; i <= MOST_REDIRECTS; i++) {
            HttpResponse<InputStream> response = send(at, range);
            if (etag.isEmpty()) {
                etag = etag(response);
            }
            int status = response.statusCode();
            if (status == 200 || status == 206) {
                return new Opened(response, etag);
            }
            Optional<String> location = response.headers().firstValue("Location");
            discard(response);
            if (status < 300 || status >= 400 || location.isEmpty()) {
                throw refusal(at, status, what, retryAfter(response));
            }
            at = at.resolve(location.get());
        }
        throw HubProblem.invalidAnswer(host(), what, null);
    }

    /** A refusal of the object store is that of a signed address that has grown old; a fresh one may do. */
    private HubProblem refusal(URI at, int status, String what, Optional<Duration> retryAfter) {
        boolean stale = !ours(at) && (status == 401 || status == 403);
        return HubProblem.ofStatus(stale ? 503 : status, at.getHost(), what, retryAfter);
    }

    private HttpResponse<InputStream> send(URI at, String range) {
        HttpRequest.Builder request = HttpRequest.newBuilder(at)
                .timeout(config.timeout())
                .header("User-Agent", "mlx-manager")
                .header("Accept-Encoding", "identity");
        if (!range.isEmpty()) {
            request.header("Range", range);
        }
        if (ours(at)) {
            token.token().map(Secret::value).ifPresent(value -> request.header("Authorization", "Bearer " + value));
        }
        try {
            return http.send(request.build(), BodyHandlers.ofInputStream());
        } catch (IOException e) {
            throw HubProblem.ofFailure(at.getHost(), config.timeout(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CompletionException(e);
        }
    }

    private boolean ours(URI at) {
        URI hub = config.endpoint();
        return hub.getScheme().equals(at.getScheme())
                && hub.getHost().equalsIgnoreCase(at.getHost())
                && hub.getPort() == at.getPort();
    }

    /** The linked one is that of the content where the hub answers with a redirect. */
    private static String etag(HttpResponse<?> response) {
        return response.headers()
                .firstValue("X-Linked-Etag")
                .or(() -> response.headers().firstValue("ETag"))
                .map(value -> value.replaceFirst("^W/", "").replace("\"", ""))
                .orElse("");
    }

    private static Optional<Duration> retryAfter(HttpResponse<?> response) {
        return response.headers().firstValue("Retry-After").flatMap(HubEndpoint::parseRetryAfter);
    }

    static Optional<Duration> parseRetryAfter(String text) {
        if (text.matches("\\d{1,6}")) {
            return Optional.of(Duration.ofSeconds(Integer.parseInt(text)));
        }
        try {
            Instant then = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            Duration wait = Duration.between(Instant.now(), then);
            return Optional.of(wait.isNegative() ? Duration.ZERO : wait);
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    private static void discard(HttpResponse<InputStream> response) {
        try (InputStream body = response.body()) {
            body.skipNBytes(0);
        } catch (IOException e) {
            // The body of a refusal or a redirect is of no interest, nor is its failure.
            return;
        }
    }
}
