package io.mlxmanager.serve.pool;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Remembers what the scheduler asked for, and does none of it: tests say when a load or an unload is done. */
final class RecordingEffects implements PoolEffects<String> {

    final Set<String> loading = new LinkedHashSet<>();
    final Set<String> unloading = new LinkedHashSet<>();
    int discards;
    final Map<PoolTicket<String>, String> granted = new LinkedHashMap<>();
    final Map<PoolTicket<String>, RuntimeException> refused = new LinkedHashMap<>();
    final List<String> journal = new ArrayList<>();
    long spare;
    Runnable onChange = () -> {};

    @Override
    public void load(String id) {
        if (!loading.add(id)) {
            throw new AssertionError(id + " is loaded twice");
        }
        journal.add("load " + id);
    }

    @Override
    public void unload(String id, String model) {
        if (!unloading.add(id)) {
            throw new AssertionError(id + " is unloaded twice");
        }
        if (!model.equals("model " + id)) {
            throw new AssertionError(id + " is unloaded as " + model);
        }
        journal.add("unload " + id);
    }

    @Override
    public void discard(String model) {
        discards++;
        journal.add("discard " + model);
    }

    @Override
    public void grant(PoolTicket<String> ticket, String model) {
        requireFirstAnswer(ticket);
        granted.put(ticket, model);
        journal.add("grant " + ticket.id());
    }

    @Override
    public void refuse(PoolTicket<String> ticket, RuntimeException reason) {
        requireFirstAnswer(ticket);
        refused.put(ticket, reason);
        journal.add("refuse " + ticket.id());
    }

    @Override
    public void spare(long bytes) {
        spare = bytes;
    }

    @Override
    public void changed() {
        onChange.run();
    }

    private void requireFirstAnswer(PoolTicket<String> ticket) {
        if (granted.containsKey(ticket) || refused.containsKey(ticket)) {
            throw new AssertionError("a ticket for " + ticket.id() + " is answered twice");
        }
    }
}
