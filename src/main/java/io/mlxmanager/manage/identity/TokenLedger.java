package io.mlxmanager.manage.identity;

import java.time.Instant;

/** Which tokens were ended before their expiry: by logging out, or by being used once. Safe for many threads. */
public interface TokenLedger {

    boolean isEnded(String tokenId);

    /**
     * Ends a token.
     *
     * @param expiresAt when it may be forgotten
     * @return whether this call ended it; of several at once exactly one does
     */
    boolean end(String tokenId, Instant expiresAt);
}
