package io.mlxmanager.serve.pool;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The order in which tickets are served. Pure. */
final class Turns {

    private Turns() {}

    /**
     * Tenants take turns, whoever holds least first, and in the same way the keys of each; of one turn, whoever came first.
     */
    static <M> List<PoolTicket<M>> of(List<PoolTicket<M>> waiting, Collection<PoolEntry<M>> entries) {
        List<PoolTicket<M>> held =
                entries.stream().flatMap(entry -> entry.held.stream()).toList();
        List<PoolTicket<M>> came = waiting.stream()
                .sorted(Comparator.comparingLong(PoolTicket::number))
                .toList();
        List<PoolTicket<M>> byKeys = inTurns(came, held, PoolTicket::share);
        return inTurns(byKeys, held, ticket -> ticket.share().tenant());
    }

    /** @param line who is first of a group comes before the others of it */
    private static <M> List<PoolTicket<M>> inTurns(
            List<PoolTicket<M>> line, List<PoolTicket<M>> held, Function<PoolTicket<M>, Object> group) {
        Map<Object, Integer> turns = new HashMap<>();
        held.forEach(ticket -> turns.merge(group.apply(ticket), 1, Integer::sum));
        IdentityHashMap<PoolTicket<M>, Integer> turnOf = new IdentityHashMap<>();
        line.forEach(ticket -> turnOf.put(ticket, turns.merge(group.apply(ticket), 1, Integer::sum)));
        return line.stream().sorted(Comparator.comparingInt(turnOf::get)).toList();
    }
}
