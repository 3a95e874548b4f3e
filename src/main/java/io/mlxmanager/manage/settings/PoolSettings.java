package io.mlxmanager.manage.settings;

import io.mlxmanager.base.json.JsonFields;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.util.List;
import java.util.Optional;

/**
 * How much memory models may take and which leave it.
 *
 * @param mode what {@code limit} counts
 * @param limit 1 to 100 percent of the machine's memory, or at least 1 gigabyte of 10^9 bytes
 * @param policy which idle models leave
 * @param ttlSeconds with {@link Policy#TTL}, how long an idle model stays
 * @param maxModels most models in memory at once; 0 for as many as fit
 */
public record PoolSettings(Mode mode, int limit, Policy policy, int ttlSeconds, int maxModels) {

    private static final long GIGABYTE = 1_000_000_000L;
    private static final int DEFAULT_TTL = 300;
    private static final int MOST_MODELS = 1000;
    private static final int YEAR = 366 * 24 * 3600;

    /** Unit of the limit. */
    public enum Mode {
        PERCENT("percent"),
        GB("gb");

        private final String word;

        Mode(String word) {
            this.word = word;
        }

        static Optional<Mode> ofWord(String word) {
            return List.of(values()).stream()
                    .filter(mode -> mode.word.equals(word))
                    .findFirst();
        }
    }

    /** Which models leave memory. */
    public enum Policy {
        /** The one that was idle longest, when another needs its room. */
        LRU("lru"),
        /** As LRU, and each after it was idle for a time. */
        TTL("ttl");

        private final String word;

        Policy(String word) {
            this.word = word;
        }

        static Optional<Policy> ofWord(String word) {
            return List.of(values()).stream()
                    .filter(policy -> policy.word.equals(word))
                    .findFirst();
        }
    }

    /**
     * Reads a body; what it leaves out stays as it is.
     *
     * @throws io.mlxmanager.base.problem.InvalidInput naming every field at fault
     */
    public static PoolSettings read(JsonFields body, PoolSettings before) {
        Mode mode = body.optionalChoice("memory_limit_mode", List.of("percent", "gb"), Mode::ofWord)
                .orElse(before.mode);
        int limit = body.optionalInt("memory_limit_value", 1, mode == Mode.PERCENT ? 100 : 1_000_000)
                .orElse(before.limit);
        Policy policy = body.optionalChoice("eviction_policy", List.of("lru", "ttl"), Policy::ofWord)
                .orElse(before.policy);
        int most = body.optionalInt("max_models", 0, MOST_MODELS).orElse(before.maxModels);
        int ttl = body.optionalInt("ttl_seconds", 1, YEAR).orElse(before.ttlSeconds);
        if (mode == Mode.PERCENT && limit > 100) {
            body.fault("memory_limit_value", "must be between 1 and 100");
        }
        body.end();
        return new PoolSettings(mode, limit, policy, ttl, most);
    }

    /** What holds until an administrator says otherwise, from the configured limit. */
    static PoolSettings configured(long bytes, long machineBytes) {
        int percent = (int) Math.max(1, Math.min(100, Math.round(100.0 * bytes / machineBytes)));
        return new PoolSettings(Mode.PERCENT, percent, Policy.LRU, DEFAULT_TTL, 0);
    }

    /** The limit in bytes on a machine with that much memory. */
    public long bytes(long machineBytes) {
        return mode == Mode.PERCENT ? machineBytes / 100 * limit : limit * GIGABYTE;
    }

    /** The names and words of the API. */
    public JsonObject toJson() {
        return builder().build();
    }

    /** As {@link #toJson}, to be added to. */
    public JsonObjectBuilder builder() {
        return Json.createObjectBuilder()
                .add("memory_limit_mode", mode.word)
                .add("memory_limit_value", limit)
                .add("eviction_policy", policy.word)
                .add("ttl_seconds", ttlSeconds)
                .add("max_models", maxModels);
    }
}
