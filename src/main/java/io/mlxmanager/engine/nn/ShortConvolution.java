package io.mlxmanager.engine.nn;

import io.mlxmanager.engine.weights.ModelFormatException;
import io.mlxmanager.engine.weights.ModelWeights;
import io.mlxmanager.mlx.MlxArray;
import io.mlxmanager.mlx.Ops;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A convolution over a few tokens, each feature by itself, that looks back only. Confined to the engine thread. */
public final class ShortConvolution {

    private final List<MlxArray> taps = new ArrayList<>();
    private final MlxArray bias;

    /**
     * @param path of the module, whose weight is {@code [features, kernel, 1]}
     * @param bias whether something is added to each feature
     */
    public ShortConvolution(ModelWeights weights, String path, int features, int kernel, boolean bias) {
        int[] shape = {features, kernel, 1};
        String name = path + ".weight";
        if (!Arrays.equals(weights.shape(name), shape) && kernel > 1) {
            throw new ModelFormatException(name + ": shape " + Arrays.toString(weights.shape(name)) + " in the file, "
                    + Arrays.toString(shape) + " expected: the model was not converted to MLX's layout");
        }
        MlxArray weight = weights.floats(name, shape);
        for (int i = 0; i < kernel; i++) {
            int tap = i;
            // A copy, which lies in one piece.
            taps.add(weights.derive(() -> Ops.add(
                    Ops.reshape(Ops.slice(weight, new int[] {0, tap, 0}, new int[] {features, tap + 1, 1}), features),
                    0)));
        }
        this.bias = bias ? weights.floats(path + ".bias", features) : null;
    }

    /** Tokens before the first that it looks at. */
    public int before() {
        return taps.size() - 1;
    }

    /**
     * @param x {@code [sequences, before + tokens, features]}
     * @return {@code [sequences, tokens, features]}
     */
    public MlxArray apply(MlxArray x) {
        int tokens = x.dim(1) - before();
        MlxArray sum = bias;
        for (int i = 0; i < taps.size(); i++) {
            MlxArray part = Ops.multiply(
                    Ops.slice(x, new int[] {0, i, 0}, new int[] {x.dim(0), i + tokens, x.dim(2)}), taps.get(i));
            sum = sum == null ? part : Ops.add(sum, part);
        }
        return Ops.astype(sum, x.dtype());
    }

    /** A copy of the tokens of {@code x} that the next ones will look at. */
    public MlxArray last(MlxArray x) {
        return Ops.add(Ops.slice(x, new int[] {0, x.dim(1) - before(), 0}, x.shape()), 0);
    }
}
