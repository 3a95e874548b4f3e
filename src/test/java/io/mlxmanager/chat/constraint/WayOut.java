package io.mlxmanager.chat.constraint;

import io.mlxmanager.chat.constraint.Network.ByteEdge;
import io.mlxmanager.chat.constraint.Network.Call;
import io.mlxmanager.chat.constraint.Network.Node;
import io.mlxmanager.chat.constraint.Network.TokenEdge;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * The shortest way from anywhere in a network to an end of the text. How far the end of its rule is from each node is found
 * once; with the rules that are open above, this is how far the text's end is. A walk that only takes steps towards it
 * arrives, however deep it began.
 */
final class WayOut {

    private static final long FAR = 1L << 40;

    private final Network network;
    /** Steps from a node to the end of its rule, whichever way begins there. */
    private final long[] least;

    WayOut(Network network) {
        this.network = network;
        this.least = new long[network.size()];
        Arrays.fill(least, FAR);
        boolean nearer = true;
        while (nearer) {
            nearer = false;
            for (int node = 0; node < least.length; node++) {
                long steps = fromClosure(network.node(node));
                if (steps < least[node]) {
                    least[node] = steps;
                    nearer = true;
                }
            }
        }
    }

    private long fromClosure(Node node) {
        long steps = node.last() ? 0 : FAR;
        for (int reader : node.readers()) {
            steps = Math.min(steps, fromReader(reader));
        }
        for (Call call : node.calls()) {
            steps = Math.min(steps, least[call.start()] + least[call.back()]);
        }
        return steps;
    }

    private long fromReader(int reader) {
        long steps = FAR;
        for (ByteEdge edge : network.bytes(reader)) {
            steps = Math.min(steps, 1 + least[edge.to()]);
        }
        for (TokenEdge edge : network.tokens(reader)) {
            steps = Math.min(steps, 1 + least[edge.to()]);
        }
        return steps;
    }

    /** Steps to an end of the text. */
    long from(State state) {
        long steps = state.mayEnd() ? 0 : FAR;
        for (int place = 0; place < state.size(); place++) {
            steps = Math.min(steps, from(state, place));
        }
        return steps;
    }

    private long from(State state, int place) {
        long steps = fromReader(state.node(place));
        for (State.Frame frame = state.frame(place); !frame.isBottom(); frame = frame.below()) {
            steps += least[frame.back()];
        }
        return steps;
    }

    /** A token that leads one step nearer to an end, of a vocabulary that has byte {@code b} as token {@code 1 + b}. */
    int next(State state, SplittableRandom random) {
        long nearest = from(state);
        for (int place = 0; place < state.size(); place++) {
            if (from(state, place) == nearest) {
                return next(state.node(place), random);
            }
        }
        throw new AssertionError("no way out");
    }

    private int next(int reader, SplittableRandom random) {
        long steps = fromReader(reader);
        for (ByteEdge edge : network.bytes(reader)) {
            if (1 + least[edge.to()] == steps) {
                return 1 + random.nextInt(edge.first(), edge.last() + 1);
            }
        }
        for (TokenEdge edge : network.tokens(reader)) {
            if (1 + least[edge.to()] == steps) {
                return edge.token();
            }
        }
        throw new AssertionError("no way out");
    }
}
