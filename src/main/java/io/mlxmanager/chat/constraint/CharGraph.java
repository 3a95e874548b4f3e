package io.mlxmanager.chat.constraint;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A regular form as a graph of characters, which can be intersected with another before anybody asks how its characters are
 * written as bytes. Confined to one thread.
 */
final class CharGraph extends Construction {

    /** One character of the set leads to the other node. */
    record Edge(CodePoints set, int to) {}

    private static final int MOST_REMAINDERS = 2_000;

    private final List<List<Edge>> edges = new ArrayList<>();
    private final List<List<Integer>> empties = new ArrayList<>();
    private final int start;
    private final int end;

    private CharGraph() {
        start = node();
        end = node();
    }

    /** @throws IllegalArgumentException if the form is not regular */
    static CharGraph of(Form form) {
        CharGraph graph = new CharGraph();
        graph.lay(graph.start, form, graph.end);
        return graph;
    }

    int start() {
        return start;
    }

    int end() {
        return end;
    }

    List<Edge> edges(int node) {
        return node < edges.size() ? edges.get(node) : List.of();
    }

    List<Integer> empties(int node) {
        return node < empties.size() ? empties.get(node) : List.of();
    }

    @Override
    void empty(int from, int to) {
        at(empties, from).add(to);
    }

    @Override
    void chars(int from, CodePoints set, int to) {
        if (!set.isEmpty()) {
            at(edges, from).add(new Edge(set, to));
        }
    }

    private static <T> List<T> at(List<List<T>> lists, int node) {
        while (lists.size() <= node) {
            lists.add(new ArrayList<>());
        }
        return lists.get(node);
    }

    @Override
    void other(int from, Form form, int to) {
        if (form instanceof Form.All all) {
            CharGraph common = all.forms().stream()
                    .map(CharGraph::of)
                    .reduce(CharGraph::and)
                    .orElseThrow(() -> new IllegalArgumentException("all of nothing"));
            copy(common, from, to);
        } else if (form instanceof Form.Multiple multiple) {
            multiples(from, multiple.of(), to);
        } else {
            throw new IllegalArgumentException("not regular: " + form);
        }
    }

    private void copy(CharGraph other, int from, int to) {
        int[] mine = new int[other.nodes()];
        for (int node = 0; node < mine.length; node++) {
            mine[node] = node();
        }
        empty(from, mine[other.start]);
        empty(mine[other.end], to);
        for (int node = 0; node < mine.length; node++) {
            for (Edge edge : other.edges(node)) {
                chars(mine[node], edge.set(), mine[edge.to()]);
            }
            for (int next : other.empties(node)) {
                empty(mine[node], mine[next]);
            }
        }
    }

    /** What both graphs accept: walks through them side by side. */
    private CharGraph and(CharGraph other) {
        CharGraph common = new CharGraph();
        Map<Long, Integer> known = new HashMap<>();
        Deque<long[]> open = new ArrayDeque<>();
        known.put(pair(start, other.start), common.start);
        known.put(pair(end, other.end), common.end);
        open.add(new long[] {start, other.start});
        while (!open.isEmpty()) {
            long[] at = open.remove();
            int mine = (int) at[0];
            int theirs = (int) at[1];
            int from = known.get(pair(mine, theirs));
            for (int next : empties(mine)) {
                common.empty(from, common.reach(next, theirs, known, open));
            }
            for (int next : other.empties(theirs)) {
                common.empty(from, common.reach(mine, next, known, open));
            }
            for (Edge edge : edges(mine)) {
                for (Edge beside : other.edges(theirs)) {
                    CodePoints both = edge.set().and(beside.set());
                    if (!both.isEmpty()) {
                        common.chars(from, both, common.reach(edge.to(), beside.to(), known, open));
                    }
                }
            }
        }
        return common;
    }

    private int reach(int mine, int theirs, Map<Long, Integer> known, Deque<long[]> open) {
        return known.computeIfAbsent(pair(mine, theirs), pair -> {
            open.add(new long[] {mine, theirs});
            return node();
        });
    }

    private static long pair(int mine, int theirs) {
        return ((long) mine << Integer.SIZE) | theirs;
    }

    /**
     * Follows the remainder of the digits read so far. With {@code of = p / 10^d} a number of {@code f} decimal places is a
     * multiple when its digits, with {@code d - f} zeros behind them, are one of {@code p}; more than {@code d} places can
     * only be zeros, and are not written.
     */
    private void multiples(int from, BigDecimal of, int to) {
        BigDecimal plain = of.stripTrailingZeros();
        int places = Math.max(0, plain.scale());
        BigInteger unscaled = plain.movePointRight(places).toBigIntegerExact();
        if (unscaled.signum() <= 0
                || unscaled.bitLength() > 31
                || unscaled.intValue() > MOST_REMAINDERS
                || places > 15) {
            throw GrammarException.unsupported(
                    "",
                    "must be a positive number of few digits, at most " + MOST_REMAINDERS + " times a power of ten.");
        }
        int p = unscaled.intValue();
        int[] whole = remainders(p);
        for (int digit = 0; digit < 10; digit++) {
            chars(from, CodePoints.of('0' + digit), whole[digit % p]);
        }
        digits(whole, whole);
        int[] before = whole;
        for (int f = 0; f <= places; f++) {
            for (int remainder = 0; remainder < p; remainder++) {
                long completed = remainder;
                for (int zeros = f; zeros < places; zeros++) {
                    completed = completed * 10 % p;
                }
                if (completed == 0) {
                    empty(before[remainder], to);
                }
            }
            if (f < places) {
                int[] point = f == 0 ? remainders(p) : before;
                for (int remainder = 0; f == 0 && remainder < p; remainder++) {
                    chars(before[remainder], CodePoints.of('.'), point[remainder]);
                }
                int[] next = remainders(p);
                digits(point, next);
                before = next;
            }
        }
    }

    private int[] remainders(int p) {
        int[] nodes = new int[p];
        for (int remainder = 0; remainder < p; remainder++) {
            nodes[remainder] = node();
        }
        return nodes;
    }

    private void digits(int[] from, int[] to) {
        for (int remainder = 0; remainder < from.length; remainder++) {
            for (int digit = 0; digit < 10; digit++) {
                chars(from[remainder], CodePoints.of('0' + digit), to[(remainder * 10 + digit) % from.length]);
            }
        }
    }
}
