package io.mlxmanager.serve.pool;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/**
 * One model in memory, or on its way in or out, as the scheduler books it; the scheduler alone reads and changes it.
 *
 * @param <M> a loaded model
 */
final class PoolEntry<M> {

    /** Of the weights, and of adapters that came to them. */
    long bytes;

    final Set<String> adapters = new HashSet<>();
    final List<PoolTicket<M>> joined = new ArrayList<>();
    final Set<PoolTicket<M>> held = new LinkedHashSet<>();
    ModelState state = ModelState.LOADING;
    M model;
    PoolTicket<M> promised;
    long lastUsed;
    boolean unloadWhenIdle;
    OptionalLong keepAlive = OptionalLong.empty();
    long idleSince;
    int percent;

    PoolEntry(PoolTicket<M> first) {
        this.bytes = first.bytes();
        this.promised = first;
    }

    /** For contexts of those who use it, and of the one it is loaded for. */
    long work() {
        return held.stream().mapToLong(PoolTicket::work).sum() + (promised == null ? 0 : promised.work());
    }

    /** @param pinned makes room for nobody */
    PoolPolicy.Resident resident(String id, boolean pinned) {
        PoolPolicy.Use use = switch (state) {
            case LOADING -> PoolPolicy.Use.BUSY;
            case READY -> idle() && !pinned ? PoolPolicy.Use.IDLE : PoolPolicy.Use.BUSY;
            case UNLOADING -> PoolPolicy.Use.LEAVING;
        };
        return new PoolPolicy.Resident(id, bytes, use, lastUsed);
    }

    boolean idle() {
        return held.isEmpty() && promised == null;
    }
}
