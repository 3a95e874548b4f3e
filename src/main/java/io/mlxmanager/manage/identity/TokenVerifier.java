package io.mlxmanager.manage.identity;

import io.mlxmanager.base.config.TokenConfig;
import io.mlxmanager.base.secrets.SecretRing;
import io.mlxmanager.manage.identity.TokenRefused.Reason;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;

/**
 * The only code that reads a token, whatever door it came through. A token is accepted when it proves itself ({@link
 * OwnTokens}) and its user exists, is approved and has ended neither this token nor its generation, all of that at this
 * moment. A token of the external issuer, where one is configured, proves itself by that one's keys ({@link
 * ExternalTokens}). A ticket is accepted once, on its path. An API key is accepted in place of a token.
 *
 * <p>Immutable and safe for many threads; each call asks for the account once.
 */
public final class TokenVerifier {

    /** Our tokens have about 500 characters; nothing longer is worth the parsing. */
    private static final int MAX_LENGTH = 8_192;

    /** More tolerance than this cannot be configured; what is older is certainly expired. */
    static final Duration MAX_SKEW = Duration.ofMinutes(10);

    private final OwnTokens ownTokens;
    private final AccountLookup accounts;
    private final TokenLedger ledger;
    private final KeyLookup keys;
    private final Optional<ExternalTokens> externalTokens;
    private final ExternalAccounts externalAccounts;
    private final String issuer;
    private final Clock clock;

    public TokenVerifier(
            SecretRing secrets,
            TokenConfig config,
            AccountLookup accounts,
            TokenLedger ledger,
            KeyLookup keys,
            Clock clock) {
        this(secrets, config, accounts, ledger, keys, Optional.empty(), TokenVerifier::nobody, clock);
    }

    TokenVerifier(
            SecretRing secrets,
            TokenConfig config,
            AccountLookup accounts,
            TokenLedger ledger,
            KeyLookup keys,
            Optional<ExternalTokens> externalTokens,
            ExternalAccounts externalAccounts,
            Clock clock) {
        this.ownTokens = new OwnTokens(secrets, config, clock);
        this.accounts = accounts;
        this.ledger = ledger;
        this.keys = keys;
        this.externalTokens = externalTokens;
        this.externalAccounts = externalAccounts;
        this.issuer = config.issuer();
        this.clock = clock;
    }

    /**
     * Who the token stands for.
     *
     * @param token compact form as it came; null and blank count as missing
     * @throws TokenRefused with the reason, in every other case; always for a ticket
     */
    public Caller verify(String token) {
        return verify(token, Optional.empty());
    }

    /**
     * As {@link #verify(String)} for a token in the query of a URL, where it may be a ticket: that is used up by this.
     *
     * @param path of the request, within the application, without the query
     */
    public Caller verifyAt(String token, String path) {
        return verify(token, Optional.of(path));
    }

    /**
     * Whether a caller who was verified before still is who may go on: for channels that stay open.
     *
     * @throws TokenRefused when the login is over or the user may not any more
     */
    public void recheck(Caller caller) {
        if (!caller.isUser()) {
            return;
        }
        if (!clock.instant().isBefore(caller.expiresAt())) {
            throw new TokenRefused(Reason.EXPIRED);
        }
        Account account = approved(caller.userId());
        if (caller.key().isPresent()) {
            if (!keys.isActive(caller.keyId())) {
                throw new TokenRefused(Reason.API_KEY);
            }
            return;
        }
        requireGeneration(account, caller.account().tokenGeneration());
        requireOpen(caller.session());
    }

    private Caller verify(String token, Optional<String> ticketPath) {
        if (token == null || token.isBlank()) {
            throw new TokenRefused(Reason.MISSING);
        }
        if (token.length() > MAX_LENGTH) {
            throw new TokenRefused(Reason.MALFORMED);
        }
        if (token.startsWith(KeyLookup.PREFIX)) {
            return keyCaller(token);
        }
        try {
            if (externalTokens.isPresent() && externalTokens.get().named(token)) {
                return externalCaller(token, externalTokens.get());
            }
            return caller(token, ownTokens.read(token), ticketPath);
        } catch (MalformedClaimException e) {
            throw new TokenRefused(Reason.CLAIMS, e);
        }
    }

    /** Logging out everywhere ends what is open; whether such a token is issued anew is for its issuer to say. */
    private Caller externalCaller(String token, ExternalTokens issuerTokens) throws MalformedClaimException {
        JwtClaims claims = issuerTokens.read(token);
        Account account = approved(externalAccounts.userId(issuerTokens.identity(claims)));
        Optional<String> session = Optional.ofNullable(claims.getJwtId());
        requireOpen(session);
        Instant expiry = Instant.ofEpochSecond(claims.getExpirationTime().getValue());
        return new Caller(account, token, describe(claims, account), session, expiry, Optional.empty());
    }

    private static long nobody(ExternalIdentity identity) {
        throw new TokenRefused(Reason.UNKNOWN_USER);
    }

    private Caller keyCaller(String key) {
        KeyGrant grant = keys.find(key).orElseThrow(() -> new TokenRefused(Reason.API_KEY));
        Account account = approved(grant.userId());
        Map<String, Object> claims = Map.of(
                "iss", issuer,
                "sub", Long.toString(account.id()),
                "upn", account.email(),
                "email", account.email(),
                "groups", account.groups());
        Instant expiry = grant.expiresAt().orElse(Instant.MAX);
        return new Caller(account, key, claims, Optional.empty(), expiry, Optional.of(grant));
    }

    private Caller caller(String token, JwtClaims claims, Optional<String> ticketPath) throws MalformedClaimException {
        Account account = approved(userId(claims.getSubject()));
        Long generation = claims.getClaimValue(TokenIssuer.GENERATION, Long.class);
        if (generation == null) {
            throw new TokenRefused(Reason.CLAIMS);
        }
        requireGeneration(account, generation);
        Instant expiry = Instant.ofEpochSecond(claims.getExpirationTime().getValue());
        String path = claims.getStringClaimValue(TokenIssuer.PATH);
        if (path == null) {
            Optional<String> session = Optional.ofNullable(claims.getJwtId());
            requireOpen(session);
            return new Caller(account, token, describe(claims, account), session, expiry, Optional.empty());
        }
        Optional<String> session = Optional.ofNullable(claims.getStringClaimValue(TokenIssuer.SESSION_ID));
        Long sessionExpiry = claims.getClaimValue(TokenIssuer.SESSION_EXPIRY, Long.class);
        if (sessionExpiry == null || claims.getJwtId() == null) {
            throw new TokenRefused(Reason.CLAIMS);
        }
        requireOpen(session);
        // Last, so that a ticket is not used up by a request that is refused anyway.
        if (!ticketPath.equals(Optional.of(path)) || !ledger.end(claims.getJwtId(), expiry)) {
            throw new TokenRefused(Reason.TICKET);
        }
        return new Caller(
                account,
                token,
                describe(claims, account),
                session,
                Instant.ofEpochSecond(sessionExpiry),
                Optional.empty());
    }

    private Account approved(long userId) {
        Account account = accounts.find(userId).orElseThrow(() -> new TokenRefused(Reason.UNKNOWN_USER));
        return switch (account.status()) {
            case PENDING -> throw new TokenRefused(Reason.PENDING);
            case DISABLED -> throw new TokenRefused(Reason.DISABLED);
            case APPROVED -> account;
        };
    }

    private static void requireGeneration(Account account, long generation) {
        if (generation != account.tokenGeneration()) {
            throw new TokenRefused(Reason.SUPERSEDED);
        }
    }

    private void requireOpen(Optional<String> session) {
        if (session.isPresent() && ledger.isEnded(session.get())) {
            throw new TokenRefused(Reason.SUPERSEDED);
        }
    }

    private static long userId(String subject) {
        try {
            return Long.parseLong(subject);
        } catch (NumberFormatException e) {
            throw new TokenRefused(Reason.UNKNOWN_USER, e);
        }
    }

    /** The claims by their MicroProfile types; what the database knows better than the token replaces it. */
    private static Map<String, Object> describe(JwtClaims claims, Account account) throws MalformedClaimException {
        Map<String, Object> described = new LinkedHashMap<>(claims.getClaimsMap());
        described.put("aud", Set.copyOf(claims.getAudience()));
        described.put("upn", account.email());
        described.put("email", account.email());
        described.put("groups", account.groups());
        return described;
    }
}
