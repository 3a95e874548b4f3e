package io.mlxmanager.it;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients do below the protocols: offering HTTP/2, asking before they send, using a connection again. */
class HttpIT {

    private static final String MODEL = "mlx-manager/starter-qwen3-4m-4bit";
    private static final String PATH = "/v1/chat/completions";

    private final RunningServer server = RunningServer.shared();
    private final ApiClient client = ApiClient.of(server, "ada@example.com");

    private static String body(boolean stream, int maxTokens) {
        return "{\"model\":\"" + MODEL + "\",\"temperature\":2,\"max_tokens\":" + maxTokens + ",\"stream\":" + stream
                + ",\"logit_bias\":{\"2041\":-100,\"2039\":-100}"
                + ",\"messages\":[{\"role\":\"user\",\"content\":\"Tell me a story about a fox.\"}]}";
    }

    private HttpRequest.Builder request(String body) {
        return client.request(PATH)
                .timeout(Duration.ofSeconds(60))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
    }

    /** With HTTP/2 the JDK's client sends {@code Upgrade: h2c}, on which other servers have hung. */
    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void theClientOfTheJdkIsAnsweredWhateverVersionItOffers(HttpClient.Version version) throws Exception {
        HttpClient http = HttpClient.newBuilder().version(version).build();
        for (int i = 0; i < 3; i++) {
            HttpResponse<String> whole =
                    http.send(request(body(false, 5)).build(), HttpResponse.BodyHandlers.ofString());
            assertThat(whole.statusCode()).as(whole.body()).isEqualTo(200);
            HttpResponse<Stream<String>> streamed =
                    http.send(request(body(true, 5)).build(), HttpResponse.BodyHandlers.ofLines());
            try (Stream<String> lines = streamed.body()) {
                assertThat(lines.filter(line -> !line.isEmpty())).endsWith("data: [DONE]");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 200_000})
    void whoAsksBeforeSendingIsToldToGoOn(int padding) throws Exception {
        HttpClient http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        String padded = body(false, 3) + " ".repeat(padding);
        HttpResponse<String> answer =
                http.send(request(padded).expectContinue(true).build(), HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    /** As curl does with {@code -d} alone. */
    @Test
    void whoForgetsTheContentTypeIsToldWhichOne() {
        HttpResponse<String> answer = client.send(client.request(PATH)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(body(false, 3))));
        assertThat(answer.statusCode()).isEqualTo(415);
        assertThat(answer.body()).contains("Content-Type", "application/json");
    }

    /** Nobody has to send a large body to hear that it is not wanted. */
    @Test
    void aRefusalDoesNotWaitForTheBody() throws Exception {
        try (Connection connection = new Connection(server.port())) {
            connection.send("POST " + PATH + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                    + "Content-Length: 100000\r\nExpect: 100-continue\r\n\r\n");
            String status = connection.line();
            while (!status.startsWith("HTTP/1.1 ") || status.startsWith("HTTP/1.1 100")) {
                status = connection.line();
            }
            assertThat(status).startsWith("HTTP/1.1 401");
        }
    }

    @Test
    void aConnectionServesManyRequestsStreamsAmongThem() throws Exception {
        try (Connection connection = new Connection(server.port())) {
            for (int i = 0; i < 3; i++) {
                String body = body(i == 1, 4);
                connection.send("POST " + PATH + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                        + client.token() + "\r\nContent-Type: application/json\r\nContent-Length: "
                        + body.length() + "\r\n\r\n" + body);
                assertThat(connection.line()).startsWith("HTTP/1.1 200");
                assertThat(connection.rest()).contains(i == 1 ? "[DONE]" : "\"chat.completion\"");
            }
        }
    }

    /** The first words are here while the model is still speaking. */
    @Test
    void piecesLeaveAtOnce() throws Exception {
        HttpResponse<Stream<String>> streamed =
                HttpClient.newHttpClient().send(request(body(true, 2000)).build(), HttpResponse.BodyHandlers.ofLines());
        try (Stream<String> lines = streamed.body()) {
            var each = lines.filter(line -> line.startsWith("data: ")).iterator();
            String id = ApiClient.json(each.next().substring(6)).getString("id");
            each.next();
            assertThat(running()).isPositive();
            assertThat(client.post("/v1/requests/" + id + "/cancel", "").statusCode())
                    .isEqualTo(200);
            each.forEachRemaining(line -> assertThat(line).startsWith("data: "));
        }
    }

    private int running() {
        JsonObject status =
                ApiClient.json(client.get("/api/settings/pool/status").body());
        return status.getJsonArray("loaded_models").getValuesAs(JsonObject.class).stream()
                .mapToInt(model -> model.getInt("running"))
                .sum();
    }

    /** A connection by hand, HTTP/1.1 with as much of it as these tests need. */
    private static final class Connection implements AutoCloseable {

        private final Socket socket;
        private final BufferedReader in;

        Connection(int port) throws IOException {
            socket = new Socket("localhost", port);
            socket.setSoTimeout(30_000);
            in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
        }

        void send(String text) throws IOException {
            OutputStream out = socket.getOutputStream();
            out.write(text.getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
        }

        String line() throws IOException {
            return in.readLine();
        }

        /** Headers and body of the answer whose first line was read. */
        String rest() throws IOException {
            int length = -1;
            for (String line = line(); !line.isEmpty(); line = line()) {
                if (line.regionMatches(true, 0, "Content-Length:", 0, 15)) {
                    length = Integer.parseInt(line.substring(15).strip());
                }
            }
            return length >= 0 ? characters(length) : chunks();
        }

        private String chunks() throws IOException {
            StringBuilder body = new StringBuilder();
            int length = Integer.parseInt(line(), 16);
            while (length > 0) {
                body.append(characters(length));
                line();
                length = Integer.parseInt(line(), 16);
            }
            line();
            return body.toString();
        }

        private String characters(int count) throws IOException {
            char[] characters = new char[count];
            for (int read = 0; read < count; ) {
                int more = in.read(characters, read, count - read);
                if (more < 0) {
                    throw new IOException("the connection ended");
                }
                read += more;
            }
            return new String(characters);
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
