package io.mlxmanager.it;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Asks for a WebSocket over a bare socket and keeps every byte that comes back, since a client library would hide what was
 * sent before a refusal.
 *
 * @param bytes all that the server sent until it closed, said how long its answer is, or was silent for a while
 */
record Handshake(String bytes) {

    private static final Duration SILENCE = Duration.ofMillis(1500);

    /** @param headers further header lines, each ended by CR LF */
    static Handshake of(RunningServer server, String pathAndQuery, String headers) {
        return send(
                server,
                "GET " + pathAndQuery + " HTTP/1.1\r\nHost: localhost:" + server.port()
                        + "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13"
                        + "\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" + headers + "\r\n");
    }

    /** A plain request under a name that is not ours, as a page whose name leads to this machine sends it. */
    static Handshake get(RunningServer server, String path, String host) {
        return send(server, "GET " + path + " HTTP/1.1\r\nHost: " + host + ":" + server.port() + "\r\n\r\n");
    }

    private static Handshake send(RunningServer server, String request) {
        try (Socket socket = new Socket("localhost", server.port())) {
            socket.setSoTimeout((int) SILENCE.toMillis());
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new Handshake(readAll(socket.getInputStream()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String readAll(InputStream in) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] buffer = new byte[8192];
        try {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                bytes.write(buffer, 0, read);
                if (isWhole(bytes.toString(StandardCharsets.ISO_8859_1))) {
                    break;
                }
            }
        } catch (SocketTimeoutException e) {
            // Silent: there is no more.
        }
        return bytes.toString(StandardCharsets.ISO_8859_1);
    }

    /** A refusal is whole with its body; what follows an acceptance has no length. */
    private static boolean isWhole(String text) {
        int end = text.indexOf("\r\n\r\n");
        int length = text.indexOf("Content-Length: ");
        if (end < 0 || length < 0 || length > end || text.startsWith("HTTP/1.1 101")) {
            return false;
        }
        int wanted = Integer.parseInt(text.substring(length + 16, text.indexOf("\r\n", length)));
        return text.length() >= end + 4 + wanted;
    }

    int status() {
        return bytes.length() < 12 ? 0 : Integer.parseInt(bytes.substring(9, 12));
    }

    String body() {
        int end = bytes.indexOf("\r\n\r\n");
        return end < 0 ? "" : bytes.substring(end + 4);
    }
}
