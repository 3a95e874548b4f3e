package io.mlxmanager.serve.start;

import io.mlxmanager.base.config.ServerConfig;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.time.Duration;

/** Finds out when the server serves the application, which is after every start observer has returned. */
final class ServerReady {

    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final int CONNECT_MILLIS = 1000;
    private static final int READ_MILLIS = 5000;

    private ServerReady() {}

    /**
     * Returns when the server says of itself that its applications have started; tries until then. Where it speaks TLS
     * alone, a connection that it accepts must do.
     */
    static void await(ServerConfig server) throws InterruptedException {
        String host = server.host().equals("*") || server.host().equals("0.0.0.0") ? "127.0.0.1" : server.host();
        while (!(server.port() >= 0 ? started(host, server.port()) : accepts(host, server.httpsPort()))) {
            Thread.sleep(PAUSE.toMillis());
        }
    }

    private static boolean started(String host, int port) {
        HttpURLConnection connection = null;
        try {
            URL health = new URI("http", null, host, port, "/health/started", null, null).toURL();
            connection = (HttpURLConnection) health.openConnection(Proxy.NO_PROXY);
            connection.setConnectTimeout(CONNECT_MILLIS);
            connection.setReadTimeout(READ_MILLIS);
            return connection.getResponseCode() == HttpURLConnection.HTTP_OK;
        } catch (IOException e) {
            return false;
        } catch (URISyntaxException e) {
            throw new IllegalStateException("mlx-manager.host is no host name: " + host, e);
        } finally {
            if (connection != null) {
                connection.disconnect();
            }
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
