package io.mlxmanager.engine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Who comes next when more wants to be computed than one step holds. Every tenant has a clock that runs on by what it was
 * given; the slowest clock is served first, so that a tenant with fifty requests gets as much as one with a single one. In
 * the same way the keys of one tenant share what it gets. Of one key's own, the oldest comes first. Confined to one thread.
 *
 * @param <T> what is computed
 */
final class FairShare<T> {

    private final Function<T, Share> shareOf;
    private final Map<String, Double> tenants = new HashMap<>();
    private final Map<Share, Double> keys = new HashMap<>();

    FairShare(Function<T, Share> shareOf) {
        this.shareOf = shareOf;
    }

    /**
     * Forgets tenants and keys that are gone and lets new ones start where the slowest of the others is: nobody saves up for later.
     *
     * @param present everything that runs or waits
     */
    void present(Collection<T> present) {
        Set<Share> shares = present.stream().map(shareOf).collect(Collectors.toSet());
        Set<String> those = shares.stream().map(Share::tenant).collect(Collectors.toSet());
        tenants.keySet().retainAll(those);
        keys.keySet().retainAll(shares);
        double start = slowest(tenants.values().stream());
        those.forEach(tenant -> tenants.putIfAbsent(tenant, start));
        for (Share share : shares) {
            keys.computeIfAbsent(share, this::slowestBeside);
        }
    }

    private double slowestBeside(Share added) {
        return slowest(keys.entrySet().stream()
                .filter(known -> known.getKey().tenant().equals(added.tenant()))
                .map(Map.Entry::getValue));
    }

    private static double slowest(Stream<Double> clocks) {
        return clocks.mapToDouble(Double::doubleValue).min().orElse(0);
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
            if (before(shareOf.apply(candidate), shareOf.apply(best))) {
                best = candidate;
            }
        }
        return best;
    }

    /** Counts work that was done for the tenant of {@code item}. */
    void charge(T item, double units) {
        Share share = shareOf.apply(item);
        tenants.merge(share.tenant(), units, Double::sum);
        keys.merge(share, units, Double::sum);
    }

    private boolean before(Share one, Share other) {
        int order = Double.compare(tenants.getOrDefault(one.tenant(), 0.0), tenants.getOrDefault(other.tenant(), 0.0));
        return order < 0
                || (order == 0
                        && one.tenant().equals(other.tenant())
                        && keys.getOrDefault(one, 0.0) < keys.getOrDefault(other, 0.0));
    }
}
