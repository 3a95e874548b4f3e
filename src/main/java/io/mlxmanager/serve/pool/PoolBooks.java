package io.mlxmanager.serve.pool;

import io.mlxmanager.serve.pool.PoolPolicy.Resident;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the scheduler has written down: the models, who holds them, what is pinned, and what all of it may take. Sums, no decisions.
 * Confined to the pool's thread.
 *
 * @param <M> a loaded model
 */
final class PoolBooks<M> {

    final Map<String, PoolEntry<M>> entries = new LinkedHashMap<>();
    final Set<String> pins = new HashSet<>();
    long budget;

    /** Models that may be there at once; 0 for as many as fit. */
    int most;

    /** The public picture of one entry. */
    record View<M>(String id, long bytes, ModelState state, int percent, int leases, M model, boolean pinned) {}

    PoolBooks(long budget) {
        this.budget = budget;
    }

    List<View<M>> views() {
        List<View<M>> views = new ArrayList<>();
        entries.forEach((id, entry) -> views.add(new View<>(
                id, entry.bytes, entry.state, entry.percent, entry.held.size(), entry.model, pins.contains(id))));
        return views;
    }

    /** Bytes that contexts may take, of those who hold a lease and those a model is loaded for. */
    long work() {
        return entries.values().stream().mapToLong(PoolEntry::work).sum();
    }

    boolean fits(long bytes) {
        return bytes == 0 || used() + bytes <= budget;
    }

    long used() {
        return entries.values().stream().mapToLong(entry -> entry.bytes).sum() + work();
    }

    /** Of pinned models other than {@code id}. */
    long pinnedBytes(String id) {
        return entries.entrySet().stream()
                .filter(entry -> !entry.getKey().equals(id))
                .filter(entry -> pins.contains(entry.getKey()) && entry.getValue().state != ModelState.UNLOADING)
                .filter(entry -> !entry.getValue().unloadWhenIdle)
                .mapToLong(entry -> entry.getValue().bytes)
                .sum();
    }

    /** Pinned models other than {@code id}. */
    long pinnedModels(String id) {
        return entries.entrySet().stream()
                .filter(entry -> !entry.getKey().equals(id) && pins.contains(entry.getKey()))
                .filter(entry -> entry.getValue().state != ModelState.UNLOADING && !entry.getValue().unloadWhenIdle)
                .count();
    }

    /** Models that are not on their way out. */
    long staying() {
        return entries.values().stream()
                .filter(entry -> entry.state != ModelState.UNLOADING)
                .count();
    }

    List<Resident> residents() {
        List<Resident> residents = new ArrayList<>();
        entries.forEach((id, entry) -> residents.add(entry.resident(id, pins.contains(id))));
        return residents;
    }
}
