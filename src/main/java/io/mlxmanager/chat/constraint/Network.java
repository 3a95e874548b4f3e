package io.mlxmanager.chat.constraint;

import java.util.List;

/**
 * A grammar in bytes: rules are graphs whose edges are bytes, special tokens or calls of other rules. From every node the end
 * of its rule can be reached with the bytes the vocabulary has, so that whoever walks in it never gets stuck. Immutable.
 */
final class Network {

    /** What a node can do without reading anything: its own edges and those of the nodes behind empty ones. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Node(int[] readers, Call[] calls, boolean last) {}

    /** Goes through a rule and comes back. */
    record Call(int start, int back, boolean isTail) {}

    /** Bytes from {@code first} to {@code last} lead to a node. */
    record ByteEdge(int first, int last, int to) {}

    /** A special token leads to a node. */
    record TokenEdge(int token, int to) {}

    private final Node[] nodes;
    private final ByteEdge[][] bytes;
    private final TokenEdge[][] tokens;
    private final int start;

    Network(Node[] nodes, List<List<ByteEdge>> bytes, List<List<TokenEdge>> tokens, int start) {
        this.nodes = nodes;
        this.bytes = bytes.stream().map(edges -> edges.toArray(ByteEdge[]::new)).toArray(ByteEdge[][]::new);
        this.tokens =
                tokens.stream().map(edges -> edges.toArray(TokenEdge[]::new)).toArray(TokenEdge[][]::new);
        this.start = start;
    }

    int start() {
        return start;
    }

    int size() {
        return nodes.length;
    }

    Node node(int index) {
        return nodes[index];
    }

    ByteEdge[] bytes(int node) {
        return bytes[node];
    }

    TokenEdge[] tokens(int node) {
        return tokens[node];
    }
}
