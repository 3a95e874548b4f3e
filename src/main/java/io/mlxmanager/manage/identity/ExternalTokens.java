package io.mlxmanager.manage.identity;

import io.mlxmanager.base.config.IssuerConfig;
import io.mlxmanager.manage.identity.TokenRefused.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jose4j.http.Get;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jwk.HttpsJwks;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.ErrorCodes;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumer;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.keys.resolvers.HttpsJwksVerificationKeyResolver;
import org.jose4j.keys.resolvers.JwksVerificationKeyResolver;
import org.jose4j.keys.resolvers.VerificationKeyResolver;
import org.jose4j.lang.JoseException;
import org.jose4j.lang.UnresolvableKeyException;

/**
 * Proves that a token is of the external issuer and valid now, by the public keys that the issuer publishes. Keys are kept
 * for an hour; a token with a key that is not known has them fetched again, but not more often than every ten seconds. Safe
 * for many threads; the one that needs keys waits for them.
 */
final class ExternalTokens {

    private static final Duration REFETCH = Duration.ofSeconds(10);
    private static final Duration FETCH_LIMIT = Duration.ofSeconds(5);

    private final IssuerConfig config;
    private final VerificationKeyResolver keys;
    private final Clock clock;

    ExternalTokens(IssuerConfig config, Clock clock) {
        this.config = config;
        this.clock = clock;
        this.keys = "file".equals(config.keys().getScheme()) ? published(Path.of(config.keys())) : fetched(config);
    }

    private static VerificationKeyResolver fetched(IssuerConfig config) {
        Get get = new Get();
        get.setConnectTimeout(Math.toIntExact(FETCH_LIMIT.toMillis()));
        get.setReadTimeout(Math.toIntExact(FETCH_LIMIT.toMillis()));
        get.setRetries(1);
        HttpsJwks jwks = new HttpsJwks(config.keys().toString());
        jwks.setSimpleHttpGet(get);
        jwks.setRefreshReprieveThreshold(REFETCH.toMillis());
        return new HttpsJwksVerificationKeyResolver(jwks);
    }

    private static VerificationKeyResolver published(Path file) {
        try {
            return new JwksVerificationKeyResolver(new JsonWebKeySet(Files.readString(file)).getJsonWebKeys());
        } catch (IOException e) {
            throw new UncheckedIOException("the keys of the token issuer cannot be read from " + file, e);
        } catch (JoseException e) {
            throw new IllegalArgumentException(file + " is not a JWKS: " + e.getMessage(), e);
        }
    }

    /** Whether the token says that it is of this issuer; proves nothing, and tells only which keys must. */
    boolean named(String token) {
        JwtConsumer reader = new JwtConsumerBuilder()
                .setSkipAllValidators()
                .setDisableRequireSignature()
                .setSkipSignatureVerification()
                .setJwsAlgorithmConstraints(AlgorithmConstraints.DISALLOW_NONE)
                .build();
        try {
            return config.issuer().equals(reader.processToClaims(token).getIssuer());
        } catch (InvalidJwtException | MalformedClaimException e) {
            return false;
        }
    }

    /**
     * The claims of a proven token.
     *
     * @throws TokenRefused with the reason, in every other case
     */
    JwtClaims read(String token) {
        requireAlgorithm(token);
        JwtConsumer consumer = new JwtConsumerBuilder()
                .setJwsAlgorithmConstraints(new AlgorithmConstraints(
                        ConstraintType.PERMIT, config.algorithms().toArray(String[]::new)))
                .setVerificationKeyResolver(keys)
                .setRequireExpirationTime()
                .setRequireSubject()
                .setExpectedIssuer(config.issuer())
                .setExpectedAudience(config.audiences().toArray(String[]::new))
                .setAllowedClockSkewInSeconds(Math.toIntExact(config.clockSkew().toSeconds()))
                .setEvaluationTime(NumericDate.fromMilliseconds(clock.millis()))
                .build();
        try {
            return consumer.processToClaims(token);
        } catch (InvalidJwtException e) {
            throw new TokenRefused(reason(e), e);
        }
    }

    /** Before a key is looked for: none of ours fits an algorithm with a shared secret. */
    private void requireAlgorithm(String token) {
        try {
            JsonWebSignature signature = new JsonWebSignature();
            signature.setCompactSerialization(token);
            if (!config.algorithms().contains(signature.getAlgorithmHeaderValue())) {
                throw new TokenRefused(Reason.ALGORITHM);
            }
        } catch (JoseException e) {
            throw new TokenRefused(Reason.MALFORMED, e);
        }
    }

    /** Whom a proven token speaks of. */
    ExternalIdentity identity(JwtClaims claims) throws MalformedClaimException {
        String email = claims.getStringClaimValue("email");
        return new ExternalIdentity(
                claims.getIssuer(), claims.getSubject(), email == null ? "" : email, groups(claims));
    }

    /** The claim of the whole name, or what the path leads to: {@code realm_access.roles} is two steps. */
    private Set<String> groups(JwtClaims claims) {
        Object found = claims.getClaimValue(config.rolesClaim());
        if (found == null) {
            found = claims.getClaimsMap();
            for (String step : config.rolesClaim().split("\\.", -1)) {
                found = found instanceof Map<?, ?> map ? map.get(step) : null;
            }
        }
        Set<String> groups = new LinkedHashSet<>();
        if (found instanceof Collection<?> many) {
            many.forEach(each -> groups.add(String.valueOf(each)));
        } else if (found instanceof String one) {
            groups.add(one);
        }
        return groups;
    }

    private static Reason reason(InvalidJwtException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnresolvableKeyException) {
                return Reason.UNKNOWN_KEY;
            }
        }
        return failure.hasErrorCode(ErrorCodes.SIGNATURE_INVALID) ? Reason.SIGNATURE : OwnTokens.reason(failure);
    }
}
