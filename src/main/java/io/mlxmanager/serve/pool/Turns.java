package io.mlxmanager.serve.pool;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** The order in which tickets are served. Pure. */
final class Turns {

    private Turns() {}

    /** Tenants take turns, whoever holds least first; of one turn, whoever came first. */
    static <M> List<PoolTicket<M>> of(List<PoolTicket<M>> waiting, Collection<PoolEntry<M>> entries) {
        Map<String, Integer> turns = new HashMap<>();
        entries.forEach(entry -> entry.held.forEach(held -> turns.merge(held.tenant(), 1, Integer::sum)));
        waiting.sort(Comparator.comparingLong(PoolTicket::number));
        IdentityHashMap<PoolTicket<M>, Integer> turnOf = new IdentityHashMap<>();
        waiting.forEach(ticket -> turnOf.put(ticket, turns.merge(ticket.tenant(), 1, Integer::sum)));
        return waiting.stream().sorted(Comparator.comparingInt(turnOf::get)).toList();
    }
}
