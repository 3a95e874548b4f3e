package io.mlxmanager.engine.nn;

import io.mlxmanager.engine.nn.Projection.PackedMatrix;
import io.mlxmanager.engine.weights.ModelWeights;
import io.mlxmanager.mlx.Dtype;
import io.mlxmanager.mlx.MlxArray;
import io.mlxmanager.mlx.Ops;
import io.mlxmanager.mlx.QuantOps;

/** The table of token vectors, packed or not, which tied models also use as their output projection. */
public sealed interface Embedding {

    /**
     * @param type floating type of the result; null keeps the one of the weights
     * @return {@code [1, ids.length, features]}
     */
    MlxArray lookup(int[] ids, Dtype type);

    /** The same matrix as the output projection: {@code [..., features]} to {@code [..., vocabulary]}. */
    Projection asProjection();

    /** Loads the module at {@code path}: packed when the files hold its scales. */
    static Embedding load(ModelWeights weights, String path, int vocabulary, int features) {
        if (weights.has(path + ".scales")) {
            return new Packed(PackedMatrix.load(weights, path, features, vocabulary), features);
        }
        return new Dense(weights.floats(path + ".weight", vocabulary, features), features);
    }

    record Dense(MlxArray table, int features) implements Embedding {

        @Override
        public MlxArray lookup(int[] ids, Dtype type) {
            MlxArray rows = Ops.reshape(Ops.takeRows(table, ids), 1, ids.length, features);
            return type == null ? rows : Ops.astype(rows, type);
        }

        @Override
        public Projection asProjection() {
            return new Projection.Dense(table, null);
        }
    }

    record Packed(PackedMatrix table, int features) implements Embedding {

        @Override
        public MlxArray lookup(int[] ids, Dtype type) {
            Dtype own = table.biases() == null ? Dtype.BF16 : table.scales().dtype();
            MlxArray rows = QuantOps.gatherDequantize(
                    table.weight(),
                    table.scales(),
                    table.biases(),
                    ids,
                    table.quantization(),
                    type == null ? own : type);
            return Ops.reshape(rows, 1, ids.length, features);
        }

        @Override
        public Projection asProjection() {
            return Projection.Packed.of(table, null);
        }
    }
}
