package io.mlxmanager.chat.constraint;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * The tokens of a vocabulary by their beginnings, as arrays in the order of a walk: behind each node come its children, and
 * {@link #skip} tells where to go on instead. Immutable.
 */
final class TokenTrie {

    private final byte[] value;
    private final short[] depth;
    private final int[] skip;
    /** First of the node's tokens in {@link #ids}; those of a node end where those of the next begin. */
    private final int[] tokens;

    private final int[] ids;
    private final int deepest;

    private TokenTrie(byte[] value, short[] depth, int[] skip, int[] tokens, int[] ids) {
        this.value = value;
        this.depth = depth;
        this.skip = skip;
        this.tokens = tokens;
        this.ids = ids;
        int most = 0;
        for (short each : depth) {
            most = Math.max(most, each);
        }
        this.deepest = most;
    }

    static TokenTrie of(List<byte[]> bytes, Set<Integer> without) {
        Integer[] sorted = new Integer[bytes.size()];
        int count = 0;
        long most = 0;
        for (int id = 0; id < bytes.size(); id++) {
            int length = bytes.get(id).length;
            if (length > 0 && length <= Short.MAX_VALUE && !without.contains(id)) {
                sorted[count++] = id;
                most += length;
            }
        }
        Integer[] ids = Arrays.copyOf(sorted, count);
        Arrays.sort(ids, Comparator.comparing(bytes::get, Arrays::compareUnsigned));
        int capacity = Math.toIntExact(most);
        byte[] value = new byte[capacity];
        short[] depth = new short[capacity];
        int[] tokens = new int[capacity + 1];
        int nodes = 0;
        byte[] before = new byte[0];
        for (int i = 0; i < count; i++) {
            byte[] token = bytes.get(ids[i]);
            int common = Math.max(0, Arrays.mismatch(before, token));
            if (Arrays.equals(before, token)) {
                continue;
            }
            for (int at = common; at < token.length; at++) {
                value[nodes] = token[at];
                depth[nodes] = (short) (at + 1);
                tokens[nodes] = at == token.length - 1 ? i : -1;
                nodes++;
            }
            before = token;
        }
        // A node on the way to its first token begins where that of the next node does.
        tokens[nodes] = count;
        int[] starts = Arrays.copyOf(tokens, nodes + 1);
        for (int node = nodes - 1; node >= 0; node--) {
            starts[node] = starts[node] < 0 ? starts[node + 1] : starts[node];
        }
        return new TokenTrie(
                Arrays.copyOf(value, nodes),
                Arrays.copyOf(depth, nodes),
                skips(depth, nodes),
                starts,
                Arrays.stream(ids).mapToInt(Integer::intValue).toArray());
    }

    private static int[] skips(short[] depth, int nodes) {
        int[] skip = new int[nodes];
        int[] stack = new int[nodes];
        int top = 0;
        for (int node = nodes - 1; node >= 0; node--) {
            while (top > 0 && depth[stack[top - 1]] > depth[node]) {
                top--;
            }
            skip[node] = top > 0 ? stack[top - 1] : nodes;
            stack[top++] = node;
        }
        return skip;
    }

    int size() {
        return value.length;
    }

    /** Length of the longest token. */
    int deepest() {
        return deepest;
    }

    int value(int node) {
        return value[node] & 0xFF;
    }

    /** Number of bytes from the beginning to here, this one included. */
    int depth(int node) {
        return depth[node];
    }

    /** The next node that is not behind this one. */
    int skip(int node) {
        return skip[node];
    }

    /** Index of the first token that is written by exactly the bytes up to this node, or by more. */
    int firstToken(int node) {
        return tokens[node];
    }

    /** Index behind the last token that is written by exactly the bytes up to this node. */
    int afterTokens(int node) {
        return tokens[node + 1];
    }

    /** The id of the token with this index. */
    int id(int index) {
        return ids[index];
    }
}
