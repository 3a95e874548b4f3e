package io.mlxmanager.base.config;

import io.mlxmanager.base.crypto.Secret;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * How the tokens of our own issue are made and checked. The names of the checks are those of MicroProfile JWT.
 *
 * @param secret what is configured, which may be {@link #PLACEHOLDER}
 * @param previousSecrets earlier ones that still verify and decrypt
 * @param lifetime from issue to expiry of a login
 * @param issuer the {@code iss} claim, written and demanded
 * @param audiences the {@code aud} claim: all written, one of them demanded
 * @param clockSkew tolerance for {@code exp}, {@code nbf} and {@code iat}
 */
public record TokenConfig(
        Secret secret,
        List<Secret> previousSecrets,
        Duration lifetime,
        String issuer,
        Set<String> audiences,
        Duration clockSkew) {

    /** The shipped secret. It is public, so it never signs or verifies anything. */
    public static final String PLACEHOLDER = "CHANGE_ME_IN_PRODUCTION_USE_ENV_VAR";

    static final ConfigKey<String> SECRET = ConfigKey.secret("mlx-manager.jwt-secret", PLACEHOLDER);
    static final ConfigKey<List<String>> PREVIOUS_SECRETS = ConfigKey.secretList("mlx-manager.jwt-secret-previous", "");
    static final ConfigKey<Duration> LIFETIME = ConfigKey.duration("mlx-manager.token.lifetime", "7d");
    /** Issuer and audience of our own tokens, unless configured; with an external issuer, always. */
    static final String OWN_ISSUER = "mlx-manager";

    static final ConfigKey<String> ISSUER = ConfigKey.text("mp.jwt.verify.issuer", OWN_ISSUER);
    static final ConfigKey<List<String>> AUDIENCES = ConfigKey.list("mp.jwt.verify.audiences", OWN_ISSUER);
    static final ConfigKey<Integer> CLOCK_SKEW = ConfigKey.integer("mp.jwt.verify.clock.skew", 10, 0, 600);

    static final List<ConfigKey<?>> KEYS = List.of(SECRET, PREVIOUS_SECRETS, LIFETIME, ISSUER, AUDIENCES, CLOCK_SKEW);

    public TokenConfig {
        previousSecrets = List.copyOf(previousSecrets);
        audiences = Set.copyOf(audiences);
        if (audiences.isEmpty()) {
            throw new IllegalArgumentException(AUDIENCES.name() + " names no audience");
        }
        if (lifetime.isZero() || lifetime.isNegative()) {
            throw new IllegalArgumentException(LIFETIME.name() + " must be longer than nothing");
        }
    }

    public static TokenConfig read(ConfigValues values) {
        boolean external = IssuerConfig.configured(values);
        return new TokenConfig(
                new Secret(values.read(SECRET)),
                values.read(PREVIOUS_SECRETS).stream().map(Secret::new).toList(),
                values.read(LIFETIME),
                external ? OWN_ISSUER : values.read(ISSUER),
                external ? Set.of(OWN_ISSUER) : Set.copyOf(values.read(AUDIENCES)),
                Duration.ofSeconds(values.read(CLOCK_SKEW)));
    }
}
