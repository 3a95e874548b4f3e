package io.mlxmanager.serve.start;

import io.mlxmanager.base.config.ServerConfig;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;

/** Finds out when the server answers on its port, which is after the application has started. */
final class ServerReady {

    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final int CONNECT_MILLIS = 1000;

    private ServerReady() {}

    /** Returns when a connection was accepted; tries until then. */
    static void await(ServerConfig server) throws InterruptedException {
        String host = server.host().equals("*") || server.host().equals("0.0.0.0") ? "127.0.0.1" : server.host();
        int port = server.port() >= 0 ? server.port() : server.httpsPort();
        while (!accepts(host, port)) {
            Thread.sleep(PAUSE.toMillis());
        }
    }

    private static boolean accepts(String host, int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), CONNECT_MILLIS);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
