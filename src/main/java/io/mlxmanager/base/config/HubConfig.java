package io.mlxmanager.base.config;

import io.mlxmanager.base.crypto.Secret;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Where models are looked for and fetched from.
 *
 * @param endpoint base address of the hub or of a mirror, without a slash at its end
 * @param token of the environment; empty for a caller without a name
 * @param offline whether the hub must not be asked at all
 * @param timeout longest wait for the beginning of an answer
 */
public record HubConfig(URI endpoint, Optional<Secret> token, boolean offline, Duration timeout) {

    /** The ecosystem's own variables. */
    static final ConfigKey<URI> HF_ENDPOINT =
            new ConfigKey<>("HF_ENDPOINT", "https://huggingface.co", false, HubConfig::parseEndpoint);

    static final ConfigKey<String> HF_TOKEN = ConfigKey.secret("HF_TOKEN", "");
    static final ConfigKey<Boolean> HF_HUB_OFFLINE =
            new ConfigKey<>("HF_HUB_OFFLINE", "0", false, HubConfig::parseSwitch);
    static final ConfigKey<Duration> TIMEOUT = ConfigKey.duration("mlx-manager.hub.timeout", "30s");

    static final List<ConfigKey<?>> KEYS = List.of(HF_ENDPOINT, HF_TOKEN, HF_HUB_OFFLINE, TIMEOUT);

    public static HubConfig read(ConfigValues values) {
        String token = values.read(HF_TOKEN);
        return new HubConfig(
                values.read(HF_ENDPOINT),
                token.isEmpty() ? Optional.empty() : Optional.of(new Secret(token)),
                values.read(HF_HUB_OFFLINE),
                values.read(TIMEOUT));
    }

    private static URI parseEndpoint(String text) {
        URI address = URI.create(text.replaceAll("/+$", ""));
        boolean web = "http".equals(address.getScheme()) || "https".equals(address.getScheme());
        if (!web || address.getHost() == null || address.getUserInfo() != null || address.getQuery() != null) {
            throw new IllegalArgumentException("not an address such as https://huggingface.co");
        }
        return address;
    }

    /** The words that the ecosystem's other tools understand. */
    private static boolean parseSwitch(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "1", "true", "yes", "on" -> true;
            case "0", "false", "no", "off" -> false;
            default -> throw new IllegalArgumentException("not 1, true, yes, on, 0, false, no or off");
        };
    }
}
