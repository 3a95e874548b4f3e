package io.mlxmanager.chat.constraint;

import io.mlxmanager.chat.constraint.Network.ByteEdge;
import io.mlxmanager.chat.constraint.Network.Call;
import io.mlxmanager.chat.constraint.Network.Node;
import io.mlxmanager.chat.constraint.Network.TokenEdge;
import io.mlxmanager.chat.constraint.State.Frame;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Walks through a network byte by byte, in all possible ways at once, with a stack for each. What a byte leads to is found
 * out once and remembered, so that the second text of a kind costs one look into an array for each byte. Thread-safe.
 */
final class Automaton {

    /** About a kilobyte each. What is forgotten is found out again. */
    private static final int MOST_STATES = 8192;

    private static final int MOST_PLACES = 8192;

    /** A way through the network in the making. */
    private record Place(int node, Frame frame) {}

    /** Equality of states, of contents and not of arrays. */
    @SuppressWarnings("ArrayRecordComponent")
    private record Key(int[] nodes, Frame[] frames, boolean mayEnd) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Key key
                    && mayEnd == key.mayEnd
                    && Arrays.equals(nodes, key.nodes)
                    && Arrays.equals(frames, key.frames);
        }

        @Override
        public int hashCode() {
            return (Arrays.hashCode(nodes) * 31 + Arrays.hashCode(frames)) * 31 + Boolean.hashCode(mayEnd);
        }

        @Override
        public String toString() {
            return Arrays.toString(nodes);
        }
    }

    private final Network network;
    private final Map<Key, State> states = new HashMap<>();
    private Frame bottom = new Frame(-1, null, 0);
    private int frames;
    private State start;

    Automaton(Network network) {
        this.network = network;
    }

    /** Before the first byte. */
    synchronized State start() {
        if (start == null) {
            Gathering beginning = new Gathering();
            beginning.add(network.start(), bottom);
            start = intern(beginning);
        }
        return start;
    }

    /** Begins anew. Who stands in a forgotten state goes on from there: it knows its own stacks. */
    synchronized void forget() {
        states.clear();
        start = null;
        bottom = new Frame(-1, null, ++frames);
    }

    /** Behind one more byte; a dead state if the byte may not stand here. */
    State after(State state, int value) {
        State known = state.known(value);
        if (known != null) {
            return known;
        }
        return find(state, value);
    }

    private synchronized State find(State state, int value) {
        Gathering gathering = new Gathering();
        for (int place = 0; place < state.size(); place++) {
            for (ByteEdge edge : network.bytes(state.node(place))) {
                if (value >= edge.first() && value <= edge.last()) {
                    gathering.add(edge.to(), state.frame(place));
                }
            }
        }
        State next = intern(gathering);
        state.learn(value, next);
        return next;
    }

    /** Behind several bytes. */
    State after(State state, byte[] bytes) {
        State at = state;
        for (int i = 0; i < bytes.length && !at.isDead(); i++) {
            at = after(at, bytes[i] & 0xFF);
        }
        return at;
    }

    /** Behind a special token. */
    synchronized State afterToken(State state, int token) {
        Gathering gathering = new Gathering();
        for (int place = 0; place < state.size(); place++) {
            for (TokenEdge edge : network.tokens(state.node(place))) {
                if (edge.token() == token) {
                    gathering.add(edge.to(), state.frame(place));
                }
            }
        }
        return intern(gathering);
    }

    /** At a node, in a rule of which nobody knows who called it: that it may end means that the caller would go on. */
    synchronized State alone(int node) {
        return intern(new int[] {node}, new Frame[] {bottom}, false);
    }

    private State intern(Gathering gathering) {
        Place[] places = gathering.readers.toArray(Place[]::new);
        Arrays.sort(
                places,
                (a, b) -> a.node != b.node
                        ? Integer.compare(a.node, b.node)
                        : Integer.compare(a.frame.number(), b.frame.number()));
        int[] nodes = new int[places.length];
        Frame[] stacks = new Frame[places.length];
        for (int i = 0; i < places.length; i++) {
            nodes[i] = places[i].node;
            stacks[i] = places[i].frame;
        }
        return intern(nodes, stacks, gathering.mayEnd);
    }

    private State intern(int[] nodes, Frame[] stacks, boolean mayEnd) {
        if (states.size() >= MOST_STATES) {
            forget();
        }
        return states.computeIfAbsent(new Key(nodes, stacks, mayEnd), key -> new State(nodes, stacks, mayEnd));
    }

    /** Collects the places behind a byte with all that can be reached from them without another one. */
    private final class Gathering {

        private final Set<Place> readers = new HashSet<>();
        private final Set<Place> seen = new HashSet<>();
        private boolean mayEnd;

        void add(int node, Frame frame) {
            if (!seen.add(new Place(node, frame))) {
                return;
            }
            if (seen.size() > MOST_PLACES) {
                throw GrammarException.unsupported(
                        "", "is too ambiguous: the same text may be read in more than " + MOST_PLACES + " ways.");
            }
            Node here = network.node(node);
            for (int reader : here.readers()) {
                readers.add(new Place(reader, frame));
            }
            for (Call call : here.calls()) {
                add(call.start(), call.isTail() ? frame : push(call.back(), frame));
            }
            if (here.last() && frame.isBottom()) {
                mayEnd = true;
            } else if (here.last()) {
                add(frame.back(), frame.below());
            }
        }

        private Frame push(int back, Frame frame) {
            return frame.above().computeIfAbsent(back, node -> new Frame(node, frame, ++frames));
        }
    }
}
