package io.mlxmanager.manage.identity;

import java.util.Objects;

/**
 * A token does not prove who is calling. The reason is for logs and tests; the client only learns that it was refused,
 * because each reason told would help whoever is guessing.
 */
public final class TokenRefused extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Why a token was refused, in the order in which the verifier looks. */
    public enum Reason {
        MISSING,
        MALFORMED,
        ALGORITHM,
        UNKNOWN_KEY,
        SIGNATURE,
        EXPIRED,
        NOT_YET_VALID,
        ISSUER,
        AUDIENCE,
        CLAIMS,
        UNKNOWN_USER,
        PENDING,
        DISABLED,
        SUPERSEDED,
        TICKET,
        API_KEY
    }

    private final Reason reason;

    public TokenRefused(Reason reason) {
        this(reason, null);
    }

    public TokenRefused(Reason reason, Throwable cause) {
        super("token refused: " + Objects.requireNonNull(reason, "reason"), cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
