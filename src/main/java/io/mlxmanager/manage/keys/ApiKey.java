package io.mlxmanager.manage.keys;

import io.mlxmanager.manage.identity.KeyGrant;
import io.mlxmanager.manage.identity.KeyScope;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.NamedQuery;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A key of a program. Made with a name and what it opens, perhaps given a new secret part, used until it expires or is
 * revoked; a revoked key stays in the list. Lives inside one transaction.
 */
@Entity
@Table(name = "api_keys")
@NamedQuery(name = "ApiKey.byPublicId", query = "SELECT k FROM ApiKey k WHERE k.publicId = :publicId")
@NamedQuery(name = "ApiKey.ofUser", query = "SELECT k FROM ApiKey k WHERE k.userId = :user ORDER BY k.id DESC")
@NamedQuery(name = "ApiKey.all", query = "SELECT k FROM ApiKey k ORDER BY k.id DESC")
public class ApiKey {

    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    private Long id;

    @Column(name = "user_id")
    private long userId;

    private String name;

    @Column(name = "public_id")
    private String publicId;

    @Column(name = "key_hash")
    private String keyHash;

    @Column(name = "hashed_with")
    private String hashedWith;

    private String scopes;

    private String models;

    @Column(name = "requests_per_minute")
    private Integer requestsPerMinute;

    @Column(name = "tokens_per_day")
    private Long tokensPerDay;

    @Column(name = "created_at")
    private Instant createdAt;

    @Column(name = "expires_at")
    private Instant expiresAt;

    @Column(name = "last_used_at")
    private Instant lastUsedAt;

    @Column(name = "revoked_at")
    private Instant revokedAt;

    /** For the persistence provider. */
    protected ApiKey() {}

    ApiKey(long userId, KeyOrder order, Instant createdAt) {
        this.userId = userId;
        this.name = order.name();
        this.scopes = order.scopes().stream().sorted().map(KeyScope::word).collect(Collectors.joining(","));
        this.models = String.join("\n", order.models());
        this.requestsPerMinute = order.requestsPerMinute().isPresent()
                ? (Integer) order.requestsPerMinute().getAsInt()
                : null;
        this.tokensPerDay =
                order.tokensPerDay().isPresent() ? (Long) order.tokensPerDay().getAsLong() : null;
        this.expiresAt = order.expiresAt().orElse(null);
        this.createdAt = createdAt;
    }

    /** Gives the key a secret part; a former one is worthless from now on. */
    final void arm(String newPublicId, String hash, String generation) {
        publicId = newPublicId;
        keyHash = hash;
        hashedWith = generation;
    }

    public Long getId() {
        return id;
    }

    public long getUserId() {
        return userId;
    }

    public String getPublicId() {
        return publicId;
    }

    public String getKeyHash() {
        return keyHash;
    }

    public String getHashedWith() {
        return hashedWith;
    }

    public void setLastUsedAt(Instant lastUsedAt) {
        this.lastUsedAt = lastUsedAt;
    }

    void revoke(Instant when) {
        if (revokedAt == null) {
            revokedAt = when;
        }
    }

    boolean isActive(Instant now) {
        return revokedAt == null && (expiresAt == null || now.isBefore(expiresAt));
    }

    KeyGrant grant() {
        return new KeyGrant(
                publicId,
                userId,
                scopes(),
                models(),
                Optional.ofNullable(expiresAt),
                requestsPerMinute == null ? OptionalInt.empty() : OptionalInt.of(requestsPerMinute),
                tokensPerDay == null ? OptionalLong.empty() : OptionalLong.of(tokensPerDay));
    }

    KeyInfo info() {
        return new KeyInfo(id, name, grant(), createdAt, lastUsedAt, revokedAt);
    }

    /** Words of no scope, e.g. of a newer release, open nothing. */
    private Set<KeyScope> scopes() {
        Set<KeyScope> found = EnumSet.noneOf(KeyScope.class);
        Arrays.stream(scopes.split(",", -1))
                .forEach(word -> KeyScope.ofWord(word).ifPresent(found::add));
        return found;
    }

    private List<String> models() {
        return Arrays.stream(models.split("\n", -1))
                .filter(pattern -> !pattern.isEmpty())
                .toList();
    }
}
