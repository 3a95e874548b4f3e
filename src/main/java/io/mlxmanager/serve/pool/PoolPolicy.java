package io.mlxmanager.serve.pool;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Decides which models make room for another one. Pure. */
final class PoolPolicy {

    /** Whether a model's memory can be had. */
    enum Use {
        /** Being loaded, or in use. */
        BUSY,
        IDLE,
        /** Being unloaded: its memory still counts, but is on its way back. */
        LEAVING
    }

    /**
     * A model that takes up memory.
     *
     * @param bytes counted against the budget
     * @param lastUsed a counter that grows with each use
     */
    record Resident(String id, long bytes, Use use, long lastUsed) {}

    /** What to do about a model that wants to be loaded. */
    sealed interface Decision {

        /** There is room now. */
        record Load() implements Decision {}

        /** There will be room once these, none of them in use, are gone. */
        record Evict(List<String> ids) implements Decision {
            public Evict {
                ids = List.copyOf(ids);
            }
        }

        /** It fits once models that are busy or leaving now are gone. */
        record Wait() implements Decision {}

        /** It does not fit even alone. */
        record Refuse() implements Decision {}
    }

    private PoolPolicy() {}

    /**
     * The least recently used idle models go first, and no more of them than needed.
     *
     * @param needed bytes of the model to load
     * @param residents all models in memory
     * @param budget bytes for all models together
     */
    static Decision roomFor(long needed, Collection<Resident> residents, long budget) {
        if (needed > budget) {
            return new Decision.Refuse();
        }
        if (bytes(residents) <= budget - needed) {
            return new Decision.Load();
        }
        List<Resident> staying = staying(residents);
        List<String> evict = excess(residents, budget - needed);
        long left = bytes(staying)
                - staying.stream()
                        .filter(resident -> evict.contains(resident.id()))
                        .mapToLong(Resident::bytes)
                        .sum();
        return evict.isEmpty() || left > budget - needed ? new Decision.Wait() : new Decision.Evict(evict);
    }

    /** The idle models to unload so that what stays keeps the budget; all idle ones when even that is not enough. */
    static List<String> excess(Collection<Resident> residents, long budget) {
        List<Resident> staying = staying(residents);
        long used = bytes(staying);
        List<String> evict = new ArrayList<>();
        for (Resident candidate : staying.stream()
                .filter(resident -> resident.use() == Use.IDLE)
                .sorted(Comparator.comparingLong(Resident::lastUsed))
                .toList()) {
            if (used <= budget) {
                break;
            }
            evict.add(candidate.id());
            used -= candidate.bytes();
        }
        return evict;
    }

    private static List<Resident> staying(Collection<Resident> residents) {
        return residents.stream()
                .filter(resident -> resident.use() != Use.LEAVING)
                .toList();
    }

    private static long bytes(Collection<Resident> residents) {
        return residents.stream().mapToLong(Resident::bytes).sum();
    }
}
