package io.mlxmanager.manage.keys;

import io.mlxmanager.manage.identity.KeyScope;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/**
 * A key somebody wants.
 *
 * @param scopes at least one
 * @param models patterns of models; empty for all
 */
public record KeyOrder(
        String name,
        Set<KeyScope> scopes,
        List<String> models,
        Optional<Instant> expiresAt,
        OptionalInt requestsPerMinute,
        OptionalLong tokensPerDay) {

    public KeyOrder {
        scopes = Set.copyOf(scopes);
        models = List.copyOf(models);
        if (scopes.isEmpty()) {
            throw new IllegalArgumentException("a key that opens nothing");
        }
    }
}
