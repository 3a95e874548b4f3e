package io.mlxmanager.engine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Who comes next when more wants to be computed than one step holds. Every tenant has a clock that runs on by what it was
 * given; the slowest clock is served first, so that a tenant with fifty requests gets as much as one with a single one.
 * Among one tenant's own, the oldest comes first. Confined to one thread.
 *
 * @param <T> what is computed
 */
final class FairShare<T> {

    private final Function<T, String> tenantOf;
    private final Map<String, Double> clocks = new HashMap<>();

    FairShare(Function<T, String> tenantOf) {
        this.tenantOf = tenantOf;
    }

    /**
     * Forgets tenants that are gone and lets new ones start where the slowest of the others is: nobody saves up for later.
     *
     * @param present everything that runs or waits
     */
    void present(Collection<T> present) {
        List<String> tenants = present.stream().map(tenantOf).distinct().toList();
        clocks.keySet().retainAll(tenants);
        double start =
                clocks.values().stream().mapToDouble(Double::doubleValue).min().orElse(0);
        tenants.forEach(tenant -> clocks.putIfAbsent(tenant, start));
    }

    /**
     * Chooses what the next step computes, one unit of work each, and moves the clocks on.
     *
     * @param candidates the oldest first; their tenants are {@link #present}
     * @param most at most so many are chosen
     */
    List<T> pick(List<T> candidates, int most) {
        List<T> left = new ArrayList<>(candidates);
        List<T> picked = new ArrayList<>();
        while (picked.size() < most && !left.isEmpty()) {
            T next = first(left);
            left.remove(next);
            picked.add(next);
            charge(next, 1);
        }
        return picked;
    }

    /** The one that would be served next. */
    T first(List<T> candidates) {
        T best = candidates.get(0);
        for (T candidate : candidates) {
            if (clock(candidate) < clock(best)) {
                best = candidate;
            }
        }
        return best;
    }

    /** Counts work that was done for the tenant of {@code item}. */
    void charge(T item, double units) {
        clocks.merge(tenantOf.apply(item), units, Double::sum);
    }

    private double clock(T item) {
        return clocks.getOrDefault(tenantOf.apply(item), 0.0);
    }
}
