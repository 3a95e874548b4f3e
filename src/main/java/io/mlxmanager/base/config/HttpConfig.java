package io.mlxmanager.base.config;

import java.util.List;
import java.util.Set;

/**
 * Limits of the HTTP surface.
 *
 * @param maxBody largest request body that is read
 * @param allowedOrigins origins besides our own that may open a WebSocket, e.g. {@code https://chat.example.com}
 * @param openInference whether programs on this machine may use /v1 without a credential
 */
public record HttpConfig(ByteSize maxBody, Set<String> allowedOrigins, boolean openInference) {

    static final ConfigKey<ByteSize> MAX_BODY = ConfigKey.size("mlx-manager.http.max-body", "10 MiB");
    static final ConfigKey<List<String>> ALLOWED_ORIGINS = ConfigKey.list("mlx-manager.http.allowed-origins", "");

    static final ConfigKey<Boolean> OPEN_INFERENCE = ConfigKey.flag("mlx-manager.security.open-inference", false);

    static final List<ConfigKey<?>> KEYS = List.of(MAX_BODY, ALLOWED_ORIGINS, OPEN_INFERENCE);

    public HttpConfig {
        allowedOrigins = Set.copyOf(allowedOrigins);
    }

    public static HttpConfig read(ConfigValues values) {
        return new HttpConfig(
                values.read(MAX_BODY), Set.copyOf(values.read(ALLOWED_ORIGINS)), values.read(OPEN_INFERENCE));
    }
}
