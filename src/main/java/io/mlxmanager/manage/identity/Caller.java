package io.mlxmanager.manage.identity;

import io.mlxmanager.base.problem.Problem;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.jwt.JsonWebToken;

/**
 * Who is calling: an approved user, proven by a token, with the roles the database gave at that moment. The principal of
 * the container, so {@code @Inject JsonWebToken} yields it. Immutable.
 */
public final class Caller implements JsonWebToken {

    private static final long NOBODY = 0;

    private final Account account;
    private final String token;
    private final Map<String, Object> claims;
    private final Optional<String> session;
    private final Instant expiresAt;
    private final Optional<KeyGrant> key;

    /**
     * @param claims as the token has them, except that groups and names come from the account
     * @param session id of the login the token stands for
     * @param expiresAt when that login ends
     * @param key the API key the caller came with instead of a token
     */
    Caller(
            Account account,
            String token,
            Map<String, Object> claims,
            Optional<String> session,
            Instant expiresAt,
            Optional<KeyGrant> key) {
        this.account = account;
        this.token = token;
        this.claims = claims;
        this.session = session;
        this.expiresAt = expiresAt;
        this.key = key;
    }

    /** A program on this machine, where inference is open to all of those; nobody's user. */
    public static Caller ofThisMachine() {
        Account nobody =
                new Account(NOBODY, "local", false, Set.of(), UserStatus.APPROVED, 0, Instant.EPOCH, null, null);
        return new Caller(nobody, "", Map.of(), Optional.empty(), Instant.MAX, Optional.empty());
    }

    /** Whether there is a user behind this caller. */
    public boolean isUser() {
        return account.id() != NOBODY;
    }

    /** The user, for the audit log; null where there is none. */
    public Long userIdOrNull() {
        return isUser() ? Long.valueOf(account.id()) : null;
    }

    /** Whose shares and cached prompts a request uses: the user's, whatever key or session it came with. */
    public String tenant() {
        return "user:" + account.id();
    }

    /** Which of the user's keys a request counts for, when they share what the user gets; empty for a session. */
    public String shareKey() {
        return key.map(KeyGrant::publicId).orElse("");
    }

    public long userId() {
        return account.id();
    }

    /** The account as it was when the token was verified. */
    public Account account() {
        return account;
    }

    public boolean isAdmin() {
        return account.admin();
    }

    public boolean hasRole(Role role) {
        return account.groups().contains(role.group());
    }

    /** Id of the login by which the caller is known: of the token itself, or of the one that asked for the ticket. */
    public Optional<String> session() {
        return session;
    }

    /** The API key by which the caller is known, if it was one. */
    public Optional<KeyGrant> key() {
        return key;
    }

    /** Public id of that key, for the audit log; null when it was a token. */
    public String keyId() {
        return key.map(KeyGrant::publicId).orElse(null);
    }

    /**
     * Refuses a model that the key does not open.
     *
     * @throws Problem 403
     */
    public void requireModel(String model) {
        if (!mayUse(model)) {
            throw Problem.forbidden("This API key may not use that model").withCode("model_not_allowed");
        }
    }

    /** Whether the key, if it is one, opens that model. */
    public boolean mayUse(String model) {
        return key.isEmpty() || key.get().mayUse(model);
    }

    /** When that login ends; open channels end then. */
    public Instant expiresAt() {
        return expiresAt;
    }

    /** The e-mail address; use {@link #userId()} to refer to the user. */
    @Override
    public String getName() {
        return account.email();
    }

    @Override
    public Set<String> getClaimNames() {
        Set<String> names = new LinkedHashSet<>(claims.keySet());
        names.add("raw_token");
        return names;
    }

    @Override
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // the interface leaves the type to the caller
    public <T> T getClaim(String name) {
        return (T) ("raw_token".equals(name) ? token : claims.get(name));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Caller caller && caller.token.equals(token);
    }

    @Override
    public int hashCode() {
        return token.hashCode();
    }

    /** Without the token, which must not reach a log. */
    @Override
    public String toString() {
        return "Caller[user " + account.id() + "]";
    }
}
