package io.mlxmanager.serve.queue;

import io.mlxmanager.engine.Share;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Those who wait for one model. Tenants take turns, as the engine serves them, and so do the keys of each, so a place counts
 * the first request of every tenant before the second of any. Not safe for threads; its owner holds a lock.
 *
 * @param <T> who waits; told apart by identity
 */
final class WaitingLine<T> {

    private record Waiter<T>(T who, Share share) {}

    private final List<Waiter<T>> waiters = new ArrayList<>();

    void enter(T who, Share share) {
        waiters.add(new Waiter<>(who, share));
    }

    /** @return whether it was there */
    boolean leave(T who) {
        return waiters.removeIf(waiter -> waiter.who() == who);
    }

    int size() {
        return waiters.size();
    }

    /** Who has waited longest; there must be somebody. */
    T first() {
        return waiters.get(0).who();
    }

    /** The turn at which somebody comes, counted from 1; 0 for somebody who does not wait. */
    int place(T who) {
        List<Waiter<T>> byKeys = inTurns(waiters, Waiter::share);
        List<Waiter<T>> all = inTurns(byKeys, waiter -> waiter.share().tenant());
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).who() == who) {
                return i + 1;
            }
        }
        return 0;
    }

    /** The first of each group, then the second of each, and so on. */
    private static <W> List<W> inTurns(List<W> line, Function<W, Object> group) {
        Map<Object, Integer> turns = new HashMap<>();
        Map<Integer, List<W>> byTurn = new TreeMap<>();
        for (W waiter : line) {
            int turn = turns.merge(group.apply(waiter), 1, Integer::sum);
            byTurn.computeIfAbsent(turn, each -> new ArrayList<>()).add(waiter);
        }
        return byTurn.values().stream().flatMap(List::stream).toList();
    }
}
