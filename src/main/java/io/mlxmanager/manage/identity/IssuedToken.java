package io.mlxmanager.manage.identity;

import io.mlxmanager.base.crypto.Secret;
import java.time.Duration;
import java.time.Instant;

/**
 * A token that was just made.
 *
 * @param token its compact form; whoever has it is the user
 */
public record IssuedToken(Secret token, Account account, Instant expiresAt, Duration lifetime) {}
