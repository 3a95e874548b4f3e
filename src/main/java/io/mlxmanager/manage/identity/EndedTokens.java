package io.mlxmanager.manage.identity;

import io.mlxmanager.base.persist.Conflicts;
import io.mlxmanager.base.persist.Transactions;
import jakarta.persistence.PersistenceException;
import java.time.Clock;
import java.time.Instant;

/** The ledger in the database, so that an end survives a restart and holds on every server. */
public final class EndedTokens implements TokenLedger {

    private final Transactions transactions;
    private final Clock clock;

    public EndedTokens(Transactions transactions, Clock clock) {
        this.transactions = transactions;
        this.clock = clock;
    }

    @Override
    public boolean isEnded(String tokenId) {
        return transactions.call(entities -> entities.find(EndedToken.class, tokenId) != null);
    }

    /** Also forgets what has expired. */
    @Override
    public boolean end(String tokenId, Instant expiresAt) {
        try {
            return transactions.call(entities -> {
                entities.createNamedQuery("EndedToken.forget")
                        .setParameter("now", clock.instant().minus(TokenVerifier.MAX_SKEW))
                        .executeUpdate();
                if (entities.find(EndedToken.class, tokenId) != null) {
                    return false;
                }
                entities.persist(new EndedToken(tokenId, expiresAt));
                return true;
            });
        } catch (PersistenceException e) {
            if (Conflicts.violatesConstraint(e)) {
                return false;
            }
            throw e;
        }
    }
}
