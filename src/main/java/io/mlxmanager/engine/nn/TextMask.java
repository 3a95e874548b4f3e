package io.mlxmanager.engine.nn;

import io.mlxmanager.mlx.Dtype;
import io.mlxmanager.mlx.Mask;
import io.mlxmanager.mlx.MlxArray;
import io.mlxmanager.mlx.MlxScope;
import io.mlxmanager.mlx.Ops;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Who sees whom when whole texts of different lengths are read side by side, the shorter ones filled up behind their end.
 * Its arrays live until it is closed. Confined to the engine thread.
 */
public final class TextMask implements AutoCloseable {

    private final int[] lengths;
    private final int longest;
    private final boolean causal;
    private final Map<Integer, MlxArray> arrays = new HashMap<>();

    /**
     * @param lengths of the texts
     * @param causal whether a token sees only those before it
     */
    public TextMask(int[] lengths, boolean causal) {
        this.lengths = lengths.clone();
        this.longest = Arrays.stream(lengths).max().orElse(0);
        this.causal = causal;
    }

    public int texts() {
        return lengths.length;
    }

    /**
     * @param window tokens that are seen: when causal, the last so many; else half of them on each side; 0 for all
     */
    public Mask within(int window) {
        boolean narrow = window > 0 && (causal ? window : window / 2 + 1) < longest;
        // What fills a text up stands behind it, where a causal token does not look.
        boolean filled = !causal && Arrays.stream(lengths).anyMatch(length -> length < longest);
        if (!narrow && !filled) {
            return causal ? Mask.causal() : Mask.none();
        }
        return Mask.of(arrays.computeIfAbsent(narrow ? window : 0, this::array));
    }

    private MlxArray array(int window) {
        byte[] seen = new byte[lengths.length * longest * longest];
        int at = 0;
        for (int length : lengths) {
            for (int i = 0; i < longest; i++) {
                for (int j = 0; j < longest; j++) {
                    // A token that sees nothing at all would have no answer, so what fills up sees itself.
                    seen[at++] = (byte) (i == j || (j < length && sees(i, j, window)) ? 1 : 0);
                }
            }
        }
        try (MlxScope scope = MlxScope.open()) {
            return Ops.fromBytes(Dtype.BOOL, seen, lengths.length, 1, longest, longest)
                    .keep();
        }
    }

    private boolean sees(int i, int j, int window) {
        if (causal) {
            return j <= i && (window == 0 || i - j < window);
        }
        return window == 0 || Math.abs(i - j) <= window / 2;
    }

    @Override
    public void close() {
        arrays.values().forEach(MlxArray::close);
        arrays.clear();
    }
}
