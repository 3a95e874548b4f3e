package io.mlxmanager.base.config;

import java.util.List;

/**
 * Where the server listens. The server's own configuration reads the same keys.
 *
 * @param host address it is bound to
 * @param port for HTTP; -1 for none
 * @param httpsPort for HTTPS; -1 for none
 */
public record ServerConfig(String host, int port, int httpsPort) {

    static final ConfigKey<String> HOST = ConfigKey.text("mlx-manager.host", "127.0.0.1");
    static final ConfigKey<Integer> PORT = ConfigKey.integer("mlx-manager.port", 10242, -1, 65535);
    static final ConfigKey<Integer> HTTPS_PORT = ConfigKey.integer("mlx-manager.https-port", -1, -1, 65535);

    static final List<ConfigKey<?>> KEYS = List.of(HOST, PORT, HTTPS_PORT);

    public static ServerConfig read(ConfigValues values) {
        return new ServerConfig(values.read(HOST), values.read(PORT), values.read(HTTPS_PORT));
    }

    /** What to type into a browser on this machine. */
    public String address() {
        String name = host.equals("127.0.0.1") || host.equals("*") || host.equals("0.0.0.0") ? "localhost" : host;
        return port >= 0 ? "http://" + name + ":" + port : "https://" + name + ":" + httpsPort;
    }
}
