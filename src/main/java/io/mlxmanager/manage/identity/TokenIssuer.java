package io.mlxmanager.manage.identity;

import io.mlxmanager.base.config.TokenConfig;
import io.mlxmanager.base.crypto.Secret;
import io.mlxmanager.base.problem.Problem;
import io.mlxmanager.base.secrets.SecretRing;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.keys.HmacKey;
import org.jose4j.lang.JoseException;

/**
 * Makes the tokens that {@link TokenVerifier} accepts: JWT, HS256, claims as MicroProfile JWT names them. The subject is
 * the user's immutable id; e-mail and groups are there for clients to read, the server asks the database.
 *
 * <p>A ticket is a token for one use on one path within half a minute. It stands for the login it was asked for with, and
 * what is opened with it ends when that login does.
 */
public final class TokenIssuer {

    /** The user's token generation at the time of issue. */
    static final String GENERATION = "gen";

    /** The one path a ticket is for. */
    static final String PATH = "path";

    /** The id of the login a ticket stands for, and when that expires. */
    static final String SESSION_ID = "sid";

    static final String SESSION_EXPIRY = "sid_exp";

    private static final Duration TICKET_LIFETIME = Duration.ofSeconds(30);

    private final SecretRing secrets;
    private final TokenConfig config;
    private final Clock clock;

    public TokenIssuer(SecretRing secrets, TokenConfig config, Clock clock) {
        this.secrets = secrets;
        this.config = config;
        this.clock = clock;
    }

    /** A token for a login. */
    public IssuedToken issue(Account account) {
        return issue(account, claims(account), config.lifetime());
    }

    /**
     * A ticket for the caller.
     *
     * @param path within the application, without the query
     * @throws Problem 403 for a caller with an API key
     */
    public IssuedToken ticket(Caller caller, String path) {
        if (caller.key().isPresent()) {
            throw Problem.forbidden("API keys get no tickets: a program can send a header");
        }
        JwtClaims claims = claims(caller.account());
        claims.setStringClaim(PATH, path);
        claims.setClaim(SESSION_EXPIRY, caller.expiresAt().getEpochSecond());
        caller.session().ifPresent(session -> claims.setStringClaim(SESSION_ID, session));
        return issue(caller.account(), claims, TICKET_LIFETIME);
    }

    private JwtClaims claims(Account account) {
        JwtClaims claims = new JwtClaims();
        claims.setIssuer(config.issuer());
        claims.setAudience(new ArrayList<>(config.audiences()));
        claims.setSubject(Long.toString(account.id()));
        claims.setStringClaim("upn", account.email());
        claims.setStringClaim("email", account.email());
        claims.setStringListClaim("groups", new ArrayList<>(account.groups()));
        claims.setGeneratedJwtId();
        claims.setClaim(GENERATION, account.tokenGeneration());
        return claims;
    }

    private IssuedToken issue(Account account, JwtClaims claims, Duration lifetime) {
        long now = clock.instant().getEpochSecond();
        long expiry = now + lifetime.toSeconds();
        claims.setIssuedAt(NumericDate.fromSeconds(now));
        claims.setExpirationTime(NumericDate.fromSeconds(expiry));
        return new IssuedToken(new Secret(sign(claims)), account, Instant.ofEpochSecond(expiry), lifetime);
    }

    private String sign(JwtClaims claims) {
        SecretRing.Generation generation = secrets.current();
        JsonWebSignature signature = new JsonWebSignature();
        signature.setHeader("typ", "JWT");
        signature.setKeyIdHeaderValue(generation.id());
        signature.setAlgorithmHeaderValue(AlgorithmIdentifiers.HMAC_SHA256);
        signature.setKey(new HmacKey(generation.key()));
        signature.setPayload(claims.toJson());
        try {
            return signature.getCompactSerialization();
        } catch (JoseException e) {
            throw new IllegalStateException("a token could not be signed", e);
        }
    }
}
