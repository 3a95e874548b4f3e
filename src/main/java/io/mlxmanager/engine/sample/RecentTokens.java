package io.mlxmanager.engine.sample;

import java.util.HashMap;
import java.util.Map;

/** The last tokens of a sequence, prompt included, that penalties look at. Confined to its sampler. */
final class RecentTokens {

    private final int[] ring;
    private int filled;
    private int next;

    RecentTokens(int capacity) {
        this.ring = new int[capacity];
    }

    void add(int id) {
        ring[next] = id;
        next = (next + 1) % ring.length;
        filled = Math.min(filled + 1, ring.length);
    }

    /** How often each recent token occurs. */
    Map<Integer, Integer> counts() {
        Map<Integer, Integer> counts = new HashMap<>();
        for (int i = 0; i < filled; i++) {
            counts.merge(ring[i], 1, Integer::sum);
        }
        return counts;
    }
}
