package io.mlxmanager.base.config;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * An external issuer whose tokens count beside our own. The names of the checks are those of MicroProfile JWT.
 *
 * @param keys where its public keys are, a JWKS; {@code http}, {@code https} or {@code file}
 * @param algorithms that its tokens may be signed with
 * @param issuer the {@code iss} claim demanded
 * @param audiences one of these must be in the {@code aud} claim
 * @param clockSkew tolerance for {@code exp}, {@code nbf} and {@code iat}
 * @param rolesClaim name of the claim, or its path with dots, that lists groups
 * @param approvedGroup members of this group need no approval by an administrator
 */
public record IssuerConfig(
        URI keys,
        List<String> algorithms,
        String issuer,
        Set<String> audiences,
        Duration clockSkew,
        String rolesClaim,
        Optional<String> approvedGroup) {

    static final ConfigKey<String> LOCATION = ConfigKey.text("mp.jwt.verify.publickey.location", "");
    static final ConfigKey<List<String>> ALGORITHMS =
            ConfigKey.list("mp.jwt.verify.publickey.algorithm", "RS256,ES256");
    static final ConfigKey<String> ROLES_CLAIM = ConfigKey.text("mlx-manager.oidc.roles-claim", "groups");
    static final ConfigKey<String> APPROVED_GROUP = ConfigKey.text("mlx-manager.oidc.approved-group", "");

    static final List<ConfigKey<?>> KEYS = List.of(LOCATION, ALGORITHMS, ROLES_CLAIM, APPROVED_GROUP);

    private static final Set<String> PUBLIC_KEY_ALGORITHMS =
            Set.of("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512");

    public IssuerConfig {
        algorithms = List.copyOf(algorithms);
        audiences = Set.copyOf(audiences);
        if (algorithms.isEmpty() || !PUBLIC_KEY_ALGORITHMS.containsAll(algorithms)) {
            throw new IllegalArgumentException(
                    ALGORITHMS.name() + " must name algorithms with public keys, such as RS256");
        }
        if (issuer.equals(TokenConfig.OWN_ISSUER)) {
            throw new IllegalArgumentException(
                    TokenConfig.ISSUER.name() + " must name the issuer whose keys are at " + LOCATION.name());
        }
        if (!Set.of("http", "https", "file").contains(String.valueOf(keys.getScheme()))) {
            throw new IllegalArgumentException(LOCATION.name() + " must be an http, https or file URL of a JWKS");
        }
    }

    /** The issuer, if one is configured. */
    public static Optional<IssuerConfig> read(ConfigValues values) {
        if (!configured(values)) {
            return Optional.empty();
        }
        String group = values.read(APPROVED_GROUP);
        return Optional.of(new IssuerConfig(
                URI.create(values.read(LOCATION)),
                values.read(ALGORITHMS),
                values.read(TokenConfig.ISSUER),
                Set.copyOf(values.read(TokenConfig.AUDIENCES)),
                Duration.ofSeconds(values.read(TokenConfig.CLOCK_SKEW)),
                values.read(ROLES_CLAIM),
                group.isEmpty() ? Optional.empty() : Optional.of(group)));
    }

    static boolean configured(ConfigValues values) {
        return !values.read(LOCATION).isEmpty();
    }
}
