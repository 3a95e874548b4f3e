package io.mlxmanager.serve.queue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Those who wait for one model. Tenants take turns, as the engine serves them, so a place counts the first request of every
 * tenant before the second of any. Not safe for threads; its owner holds a lock.
 *
 * @param <T> who waits; told apart by identity
 */
final class WaitingLine<T> {

    private record Waiter<T>(T who, String tenant) {}

    private final List<Waiter<T>> waiters = new ArrayList<>();

    void enter(T who, String tenant) {
        waiters.add(new Waiter<>(who, tenant));
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
        Map<String, Integer> turns = new HashMap<>();
        List<Integer> before = new ArrayList<>();
        int own = -1;
        int position = 0;
        for (Waiter<T> waiter : waiters) {
            int turn = turns.merge(waiter.tenant(), 1, Integer::sum);
            if (waiter.who() == who) {
                own = turn;
                position = before.size();
            }
            before.add(turn);
        }
        if (own < 0) {
            return 0;
        }
        int place = 1;
        for (int i = 0; i < before.size(); i++) {
            if (before.get(i) < own || (before.get(i) == own && i < position)) {
                place++;
            }
        }
        return place;
    }
}
