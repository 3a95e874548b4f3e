package io.mlxmanager.manage.keys;

import io.mlxmanager.manage.identity.KeyGrant;
import java.time.Instant;

/**
 * A key as lists show it, without anything by which it could be used.
 *
 * @param lastUsedAt to the minute; null when never
 * @param revokedAt null unless revoked
 */
public record KeyInfo(long id, String name, KeyGrant grant, Instant createdAt, Instant lastUsedAt, Instant revokedAt) {}
