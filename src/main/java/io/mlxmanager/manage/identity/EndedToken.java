package io.mlxmanager.manage.identity;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.NamedQuery;
import jakarta.persistence.Table;
import java.time.Instant;

/** A token that was ended by logging out, remembered until it would have expired anyway. */
@Entity
@Table(name = "ended_tokens")
@NamedQuery(name = "EndedToken.forget", query = "DELETE FROM EndedToken t WHERE t.expiresAt < :now")
public class EndedToken {

    @Id
    @Column(name = "token_id")
    private String tokenId;

    @Column(name = "expires_at", nullable = false)
    private Instant expiresAt;

    /** For the persistence provider. */
    protected EndedToken() {}

    EndedToken(String tokenId, Instant expiresAt) {
        this.tokenId = tokenId;
        this.expiresAt = expiresAt;
    }
}
