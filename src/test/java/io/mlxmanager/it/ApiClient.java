package io.mlxmanager.it;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Talks to a running server as any client would; may hold a user's token. Immutable. */
public final class ApiClient {

    static final String PASSWORD = "correct horse battery";

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();
    private final URI base;
    private final String token;

    private ApiClient(URI base, String token) {
        this.base = base;
        this.token = token;
    }

    public static ApiClient anonymous(RunningServer server) {
        return new ApiClient(server.baseUrl(), null);
    }

    /** A client of that user, who is registered first if need be. Users after the first await approval. */
    public static ApiClient of(RunningServer server, String email) {
        ApiClient anonymous = anonymous(server);
        anonymous.post(
                "/api/auth/register",
                Json.createObjectBuilder()
                        .add("email", email)
                        .add("password", PASSWORD)
                        .build()
                        .toString());
        return new ApiClient(server.baseUrl(), anonymous.login(email));
    }

    /** A client of a new user whom the administrator has approved. */
    static ApiClient approved(RunningServer server, String email, ApiClient admin) {
        JsonObject registered = json(anonymous(server)
                .post("/api/auth/register", "{\"email\":\"" + email + "\",\"password\":\"" + PASSWORD + "\"}")
                .body());
        HttpResponse<String> answer = admin.send(admin.request("/api/auth/users/" + registered.getInt("id"))
                .header("Content-Type", "application/json")
                .PUT(HttpRequest.BodyPublishers.ofString("{\"status\":\"approved\"}")));
        if (answer.statusCode() != 200) {
            throw new IllegalStateException("approval of " + email + ": " + answer.body());
        }
        return of(server, email);
    }

    private String login(String email) {
        String form = "username=" + URLEncoder.encode(email, StandardCharsets.UTF_8) + "&password="
                + URLEncoder.encode(PASSWORD, StandardCharsets.UTF_8);
        HttpResponse<String> answer = send(request("/api/auth/login")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form)));
        if (answer.statusCode() != 200) {
            throw new IllegalStateException("login of " + email + ": " + answer.statusCode() + " " + answer.body());
        }
        return json(answer.body()).getString("access_token");
    }

    /** The same client with another credential. */
    public ApiClient withToken(String other) {
        return new ApiClient(base, other);
    }

    public String token() {
        return token;
    }

    public HttpResponse<String> get(String path) {
        return send(request(path).GET());
    }

    public HttpResponse<String> post(String path, String body) {
        return send(request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    public HttpResponse<String> delete(String path) {
        return send(request(path).DELETE());
    }

    /** The data of each event of a stream, in order. */
    public List<String> events(String path, String body) {
        List<String> events = new ArrayList<>();
        try (Stream<String> lines = lines(path, body).body()) {
            lines.filter(line -> line.startsWith("data: ")).forEach(line -> events.add(line.substring(6)));
        }
        return events;
    }

    /** A stream of lines as they come; closing it closes the connection. */
    public HttpResponse<Stream<String>> lines(String path, String body) {
        HttpRequest.Builder request = request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofLines());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    public HttpRequest.Builder request(String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path)).timeout(Duration.ofMinutes(2));
        return token == null ? request : request.header("Authorization", "Bearer " + token);
    }

    public HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    public static JsonObject json(String text) {
        try (JsonReader reader = Json.createReader(new StringReader(text))) {
            return reader.readObject();
        }
    }
}
