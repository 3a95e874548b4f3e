package io.mlxmanager.chat.constraint;

import io.mlxmanager.chat.constraint.Network.ByteEdge;
import io.mlxmanager.chat.constraint.Network.Call;
import io.mlxmanager.chat.constraint.Network.Node;
import io.mlxmanager.chat.constraint.Network.TokenEdge;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Makes the network of a grammar for a vocabulary. Used once. */
final class NetworkBuilder extends Construction {

    /** Nodes behind empty edges, added up; what is far above the number of nodes would be slow to follow. */
    private static final int MOST_REACHABLE = 10_000_000;

    private record Rule(int start, int end) {}

    private record RawCall(String rule, int back) {}

    private final Grammar grammar;
    private final Vocabulary vocabulary;
    private final ByteWriting writing = new ByteWriting(new ByteWriting.Edges() {
        @Override
        public int node() {
            return NetworkBuilder.this.node();
        }

        @Override
        public void bytes(int from, int first, int last, int to) {
            NetworkBuilder.this.bytes(from, first, last, to);
        }
    });
    private final List<List<ByteEdge>> bytes = new ArrayList<>();
    private final List<List<TokenEdge>> tokens = new ArrayList<>();
    private final List<List<Integer>> empties = new ArrayList<>();
    private final List<List<RawCall>> calls = new ArrayList<>();
    private final Map<String, Rule> rules = new HashMap<>();
    private final Deque<String> unwritten = new ArrayDeque<>();
    private BitSet fertile = new BitSet();
    private int reachable;

    private NetworkBuilder(Grammar grammar, Vocabulary vocabulary) {
        this.grammar = grammar;
        this.vocabulary = vocabulary;
    }

    /**
     * @throws GrammarException when there is nothing that could be written, or a rule begins with itself
     */
    static Network build(Grammar grammar, Vocabulary vocabulary) {
        return new NetworkBuilder(grammar, vocabulary).build();
    }

    private Network build() {
        Rule root = new Rule(node(), node());
        lay(root.start, grammar.root(), root.end);
        while (!unwritten.isEmpty()) {
            String name = unwritten.remove();
            Rule rule = rules.get(name);
            lay(rule.start, grammar.rules().get(name), rule.end);
        }
        pad();
        BitSet ends = new BitSet();
        ends.set(root.end);
        rules.values().forEach(rule -> ends.set(rule.end));
        fertile = new Fertility(ends).all();
        if (!fertile.get(root.start)) {
            throw GrammarException.invalid("", "allows no text at all that this model could write.");
        }
        new LeftRecursion().refuse();
        for (int i = 0; i < nodes(); i++) {
            bytes.get(i).removeIf(edge -> !fertile.get(edge.to()));
            tokens.get(i).removeIf(edge -> !fertile.get(edge.to()));
        }
        Node[] nodes = new Node[nodes()];
        for (int i = 0; i < nodes.length; i++) {
            nodes[i] = fertile.get(i) ? closed(i, ends) : new Node(new int[0], new Call[0], false);
        }
        for (Node node : nodes) {
            for (int i = 0; i < node.calls().length; i++) {
                Call call = node.calls()[i];
                Node back = nodes[call.back()];
                boolean tail = back.last() && back.readers().length == 0 && back.calls().length == 0;
                node.calls()[i] = new Call(call.start(), call.back(), tail);
            }
        }
        return new Network(nodes, bytes, tokens, root.start);
    }

    /** Everything reachable from a node by empty edges. */
    private Node closed(int from, BitSet ends) {
        List<Integer> readers = new ArrayList<>();
        List<Call> through = new ArrayList<>();
        boolean last = false;
        BitSet seen = new BitSet();
        Deque<Integer> open = new ArrayDeque<>(List.of(from));
        seen.set(from);
        while (!open.isEmpty()) {
            int node = open.remove();
            last |= ends.get(node);
            if (!bytes.get(node).isEmpty() || !tokens.get(node).isEmpty()) {
                readers.add(node);
            }
            for (RawCall call : calls.get(node)) {
                Rule rule = rules.get(call.rule);
                if (fertile.get(rule.start) && fertile.get(call.back)) {
                    through.add(new Call(rule.start, call.back, false));
                }
            }
            for (int next : empties.get(node)) {
                if (fertile.get(next) && !seen.get(next)) {
                    seen.set(next);
                    open.add(next);
                }
            }
        }
        reachable += seen.cardinality();
        if (reachable > MOST_REACHABLE) {
            throw GrammarException.unsupported("", "is too ambiguous: too much of it is optional at once.");
        }
        return new Node(readers.stream().mapToInt(Integer::intValue).toArray(), through.toArray(Call[]::new), last);
    }

    @Override
    void empty(int from, int to) {
        at(empties, from).add(to);
    }

    @Override
    void chars(int from, CodePoints set, int to) {
        writing.plain(from, set, to);
    }

    private void bytes(int from, int first, int last, int to) {
        int start = -1;
        for (int value = first; value <= last + 1; value++) {
            boolean has = value <= last && vocabulary.hasByte(value);
            if (has && start < 0) {
                start = value;
            } else if (!has && start >= 0) {
                at(bytes, from).add(new ByteEdge(start, value - 1, to));
                start = -1;
            }
        }
    }

    /** Where the end is one token, no text can be taken for it. */
    @Override
    void upTo(int from, Form.UpTo form, int to) {
        if (vocabulary.special(form.end()).isEmpty()) {
            super.upTo(from, form, to);
            return;
        }
        int loop = node();
        empty(from, loop);
        chars(loop, CodePoints.ANY, loop);
        other(loop, new Form.Marker(form.end()), to);
    }

    @Override
    void other(int from, Form form, int to) {
        if (form instanceof Form.Reference reference) {
            if (!grammar.rules().containsKey(reference.rule())) {
                throw GrammarException.invalid(
                        "", "names the rule \"" + reference.rule() + "\", which does not exist.");
            }
            if (!rules.containsKey(reference.rule())) {
                rules.put(reference.rule(), new Rule(node(), node()));
                unwritten.add(reference.rule());
            }
            at(calls, from).add(new RawCall(reference.rule(), to));
        } else if (form instanceof Form.Marker marker) {
            if (vocabulary.special(marker.text()).isPresent()) {
                at(tokens, from)
                        .add(new TokenEdge(vocabulary.special(marker.text()).getAsInt(), to));
            } else {
                lay(from, Form.text(marker.text()), to);
            }
        } else if (form instanceof Form.Quoted quoted) {
            int open = node();
            int close = node();
            bytes(from, '"', '"', open);
            graph(open, CharGraph.of(quoted.value()), close, true);
            bytes(close, '"', '"', to);
        } else {
            graph(from, CharGraph.of(form), to, false);
        }
    }

    private void graph(int from, CharGraph graph, int to, boolean json) {
        int[] mine = new int[graph.nodes()];
        for (int node = 0; node < mine.length; node++) {
            mine[node] = node();
        }
        empty(from, mine[graph.start()]);
        empty(mine[graph.end()], to);
        for (int node = 0; node < mine.length; node++) {
            for (CharGraph.Edge edge : graph.edges(node)) {
                if (json) {
                    writing.json(mine[node], edge.set(), mine[edge.to()]);
                } else {
                    writing.plain(mine[node], edge.set(), mine[edge.to()]);
                }
            }
            for (int next : graph.empties(node)) {
                empty(mine[node], mine[next]);
            }
        }
    }

    private void pad() {
        at(bytes, nodes());
        at(tokens, nodes());
        at(empties, nodes());
        at(calls, nodes());
    }

    private static <T> List<T> at(List<List<T>> lists, int node) {
        while (lists.size() <= node) {
            lists.add(new ArrayList<>());
        }
        return lists.get(node);
    }

    /** Finds the nodes from which the end of their rule can be reached. */
    private final class Fertility {

        private final BitSet found = new BitSet();
        private final Deque<Integer> open = new ArrayDeque<>();
        private final List<List<Integer>> before = new ArrayList<>();

        Fertility(BitSet ends) {
            for (int node = 0; node < NetworkBuilder.this.nodes(); node++) {
                for (ByteEdge edge : bytes.get(node)) {
                    at(before, edge.to()).add(node);
                }
                for (TokenEdge edge : tokens.get(node)) {
                    at(before, edge.to()).add(node);
                }
                for (int next : empties.get(node)) {
                    at(before, next).add(node);
                }
                for (RawCall call : calls.get(node)) {
                    // Either may be found first; whichever comes second finds the node.
                    at(before, call.back).add(node);
                    at(before, rules.get(call.rule).start).add(node);
                }
            }
            ends.stream().forEach(this::find);
        }

        BitSet all() {
            while (!open.isEmpty()) {
                int node = open.remove();
                for (int earlier : at(before, node)) {
                    if (!found.get(earlier) && goesOn(earlier)) {
                        find(earlier);
                    }
                }
            }
            return found;
        }

        private void find(int node) {
            found.set(node);
            open.add(node);
        }

        private boolean goesOn(int node) {
            return bytes.get(node).stream().anyMatch(edge -> found.get(edge.to()))
                    || tokens.get(node).stream().anyMatch(edge -> found.get(edge.to()))
                    || empties.get(node).stream().anyMatch(found::get)
                    || calls.get(node).stream()
                            .anyMatch(call -> found.get(rules.get(call.rule).start) && found.get(call.back));
        }
    }

    /** A rule that can call itself before it has read anything would never come to an end. */
    private final class LeftRecursion {

        private final Map<String, Boolean> nullable = new HashMap<>();

        LeftRecursion() {
            boolean changed = true;
            rules.keySet().forEach(name -> nullable.put(name, false));
            while (changed) {
                changed = false;
                for (Map.Entry<String, Rule> rule : rules.entrySet()) {
                    if (!nullable.get(rule.getKey()) && isNullable(rule.getValue())) {
                        nullable.put(rule.getKey(), true);
                        changed = true;
                    }
                }
            }
        }

        private boolean isNullable(Rule rule) {
            return first(rule.start, new ArrayList<>()).get(rule.end);
        }

        /** The nodes reachable from one without reading, and the rules called from them. */
        private BitSet first(int from, List<String> called) {
            BitSet seen = new BitSet();
            Deque<Integer> open = new ArrayDeque<>(List.of(from));
            seen.set(from);
            while (!open.isEmpty()) {
                int node = open.remove();
                List<Integer> next = new ArrayList<>(empties.get(node));
                for (RawCall call : calls.get(node)) {
                    called.add(call.rule);
                    if (nullable.get(call.rule)) {
                        next.add(call.back);
                    }
                }
                for (int each : next) {
                    if (!seen.get(each)) {
                        seen.set(each);
                        open.add(each);
                    }
                }
            }
            return seen;
        }

        void refuse() {
            Map<String, List<String>> beginnings = new HashMap<>();
            rules.forEach((name, rule) -> {
                List<String> called = new ArrayList<>();
                first(rule.start, called);
                beginnings.put(name, called);
            });
            for (String name : rules.keySet()) {
                Deque<String> open = new ArrayDeque<>(beginnings.get(name));
                Set<String> seen = new HashSet<>(open);
                while (!open.isEmpty()) {
                    String other = open.remove();
                    if (other.equals(name)) {
                        throw GrammarException.unsupported(
                                "", "has the rule \"" + name + "\", which begins with itself.");
                    }
                    beginnings.get(other).stream().filter(seen::add).forEach(open::add);
                }
            }
        }
    }
}
