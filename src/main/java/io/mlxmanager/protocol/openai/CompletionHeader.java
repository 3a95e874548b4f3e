package io.mlxmanager.protocol.openai;

import java.time.Clock;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/**
 * What an answer and all chunks of a stream have in common.
 *
 * @param id starts with what tells its kind, for example {@code chatcmpl-}
 * @param created whole seconds are written
 * @param model the name the caller used
 * @param systemFingerprint names the configuration that answered, if there is such a name
 */
public record CompletionHeader(String id, Instant created, String model, Optional<String> systemFingerprint) {

    public CompletionHeader {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(created, "created");
        Objects.requireNonNull(model, "model");
        Objects.requireNonNull(systemFingerprint, "systemFingerprint");
    }

    /**
     * A header with a fresh random id.
     *
     * @param prefix of the id
     */
    public static CompletionHeader fresh(String prefix, String model, Clock clock) {
        String id = prefix + UUID.randomUUID().toString().replace("-", "");
        return new CompletionHeader(id, clock.instant(), model, Optional.empty());
    }
}
