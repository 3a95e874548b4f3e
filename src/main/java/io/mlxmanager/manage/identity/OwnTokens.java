package io.mlxmanager.manage.identity;

import io.mlxmanager.base.config.TokenConfig;
import io.mlxmanager.base.secrets.SecretRing;
import io.mlxmanager.manage.identity.TokenRefused.Reason;
import java.time.Clock;
import java.util.List;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.ErrorCodes;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumer;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.keys.HmacKey;
import org.jose4j.lang.JoseException;

/**
 * Proves that a token is of our own issue and valid now: signed by HS256 with a secret of the ring, with issuer, audience,
 * subject, time of issue and expiry. Knows nothing about users. Immutable.
 */
final class OwnTokens {

    private static final AlgorithmConstraints HS256_ONLY =
            new AlgorithmConstraints(ConstraintType.PERMIT, AlgorithmIdentifiers.HMAC_SHA256);

    private final SecretRing secrets;
    private final TokenConfig config;
    private final Clock clock;

    OwnTokens(SecretRing secrets, TokenConfig config, Clock clock) {
        this.secrets = secrets;
        this.config = config;
        this.clock = clock;
    }

    /**
     * The claims of a proven token.
     *
     * @throws TokenRefused with the reason, in every other case
     */
    JwtClaims read(String token) {
        JwtConsumer consumer = new JwtConsumerBuilder()
                .setJwsAlgorithmConstraints(HS256_ONLY)
                .setVerificationKey(key(token))
                .setRequireExpirationTime()
                .setRequireSubject()
                .setRequireIssuedAt()
                .setExpectedIssuer(config.issuer())
                .setExpectedAudience(config.audiences().toArray(String[]::new))
                .setAllowedClockSkewInSeconds(Math.toIntExact(config.clockSkew().toSeconds()))
                .setIssuedAtRestrictions(0, Integer.MAX_VALUE)
                .setEvaluationTime(NumericDate.fromMilliseconds(clock.millis()))
                .build();
        try {
            return consumer.processToClaims(token);
        } catch (InvalidJwtException e) {
            throw new TokenRefused(reason(e), e);
        }
    }

    /** Finds the key whose signature the token bears; the first step, so that no claim is read unproven. */
    private HmacKey key(String token) {
        try {
            JsonWebSignature signature = new JsonWebSignature();
            signature.setAlgorithmConstraints(HS256_ONLY);
            signature.setCompactSerialization(token);
            if (!AlgorithmIdentifiers.HMAC_SHA256.equals(signature.getAlgorithmHeaderValue())) {
                throw new TokenRefused(Reason.ALGORITHM);
            }
            for (HmacKey candidate : candidates(signature.getKeyIdHeaderValue())) {
                signature.setKey(candidate);
                if (signature.verifySignature()) {
                    return candidate;
                }
            }
            throw new TokenRefused(Reason.SIGNATURE);
        } catch (JoseException e) {
            throw new TokenRefused(Reason.MALFORMED, e);
        }
    }

    /** The key that the token names, or all when it names none. */
    private List<HmacKey> candidates(String keyId) {
        List<SecretRing.Generation> generations = keyId == null
                ? secrets.all()
                : secrets.find(keyId).map(List::of).orElseThrow(() -> new TokenRefused(Reason.UNKNOWN_KEY));
        return generations.stream()
                .map(generation -> new HmacKey(generation.key()))
                .toList();
    }

    static Reason reason(InvalidJwtException failure) {
        if (failure.hasErrorCode(ErrorCodes.EXPIRED)) {
            return Reason.EXPIRED;
        }
        if (failure.hasErrorCode(ErrorCodes.NOT_YET_VALID)
                || failure.hasErrorCode(ErrorCodes.ISSUED_AT_INVALID_FUTURE)) {
            return Reason.NOT_YET_VALID;
        }
        if (failure.hasErrorCode(ErrorCodes.ISSUER_INVALID) || failure.hasErrorCode(ErrorCodes.ISSUER_MISSING)) {
            return Reason.ISSUER;
        }
        if (failure.hasErrorCode(ErrorCodes.AUDIENCE_INVALID) || failure.hasErrorCode(ErrorCodes.AUDIENCE_MISSING)) {
            return Reason.AUDIENCE;
        }
        return Reason.CLAIMS;
    }
}
