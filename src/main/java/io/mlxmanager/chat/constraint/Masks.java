package io.mlxmanager.chat.constraint;

import io.mlxmanager.chat.constraint.Network.TokenEdge;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Which tokens may come next, for every state of an automaton. Most tokens can be judged at a node whoever called its rule;
 * that is done once for each node, in one walk over the vocabulary. What is left are tokens that go on behind the end of the
 * rule, at a few hundred places of the vocabulary at most: only these are judged again where the stack differs. Thread-safe.
 */
final class Masks {

    /** Memory for what was found out about one grammar. */
    private static final long MOST_BYTES = 24L << 20;

    /**
     * What one node says of all tokens.
     *
     * @param allowed whatever comes behind the rule
     * @param open nodes of the trie whose tokens leave the rule
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Local(AllowedTokens allowed, int[] open) {}

    private final Network network;
    private final Automaton automaton;
    private final Vocabulary vocabulary;
    private final TokenTrie trie;
    private final Map<Integer, Local> locals = new ConcurrentHashMap<>();
    private final AtomicLong bytes = new AtomicLong();

    Masks(Network network, Automaton automaton, Vocabulary vocabulary) {
        this.network = network;
        this.automaton = automaton;
        this.vocabulary = vocabulary;
        this.trie = vocabulary.trie();
    }

    private int words() {
        return (vocabulary.size() + Long.SIZE - 1) / Long.SIZE;
    }

    AllowedTokens of(State state) {
        AllowedTokens known = state.allowed();
        if (known == null) {
            known = find(state);
            state.learn(known);
            count(known.bytes());
        }
        return known;
    }

    private void count(int more) {
        if (bytes.addAndGet(more) > MOST_BYTES) {
            bytes.set(0);
            locals.clear();
            automaton.forget();
        }
    }

    private AllowedTokens find(State state) {
        long[] bits = new long[words()];
        if (state.mayEnd()) {
            for (int id : vocabulary.ends()) {
                set(bits, id);
            }
        }
        State[] path = new State[trie.deepest() + 1];
        for (int place = 0; place < state.size(); place++) {
            Local local = local(state.node(place));
            local.allowed.addTo(bits);
            for (TokenEdge edge : network.tokens(state.node(place))) {
                set(bits, edge.token());
            }
            for (int node : local.open) {
                judge(state, node, path, bits);
            }
        }
        return AllowedTokens.of(bits);
    }

    private Local local(int node) {
        Local known = locals.get(node);
        if (known == null) {
            known = new LocalWalk(automaton.alone(node)).walk();
            locals.put(node, known);
            count(known.allowed.bytes() + known.open.length * Integer.BYTES);
        }
        return known;
    }

    /** Judges the tokens at and behind a node of the trie with the whole stack. */
    private void judge(State state, int top, State[] path, long[] bits) {
        byte[] prefix = vocabulary.bytes(trie.id(trie.firstToken(top)));
        int depth = trie.depth(top);
        State at = state;
        for (int i = 0; i < depth && !at.isDead(); i++) {
            at = automaton.after(at, prefix[i] & 0xFF);
        }
        if (at.isDead()) {
            return;
        }
        path[depth] = at;
        allow(top, bits);
        int node = top + 1;
        int end = trie.skip(top);
        while (node < end) {
            State next = automaton.after(path[trie.depth(node) - 1], trie.value(node));
            if (next.isDead()) {
                node = trie.skip(node);
            } else {
                path[trie.depth(node)] = next;
                allow(node, bits);
                node++;
            }
        }
    }

    private void allow(int node, long[] bits) {
        for (int i = trie.firstToken(node); i < trie.afterTokens(node); i++) {
            set(bits, trie.id(i));
        }
    }

    private static void set(long[] bits, int id) {
        bits[id >> 6] |= 1L << id;
    }

    /** One walk over the whole vocabulary from a node whose caller is unknown. */
    private final class LocalWalk {

        private final State[] path = new State[trie.deepest() + 1];
        /** Whether the rule may have ended before the byte at this depth. */
        private final boolean[] left = new boolean[trie.deepest() + 2];

        private final long[] allowed = new long[words()];
        private int[] open = new int[16];
        private int opened;

        LocalWalk(State start) {
            path[0] = start;
        }

        Local walk() {
            int node = 0;
            while (node < trie.size()) {
                int depth = trie.depth(node);
                State next = automaton.after(path[depth - 1], trie.value(node));
                if (next.isDead()) {
                    if (left[depth]) {
                        open(node);
                    }
                    node = trie.skip(node);
                } else {
                    path[depth] = next;
                    left[depth + 1] = left[depth] || next.mayEnd();
                    allow(node, allowed);
                    node++;
                }
            }
            return new Local(AllowedTokens.of(allowed), Arrays.copyOf(open, opened));
        }

        private void open(int node) {
            if (opened == open.length) {
                open = Arrays.copyOf(open, opened * 2);
            }
            open[opened++] = node;
        }
    }
}
