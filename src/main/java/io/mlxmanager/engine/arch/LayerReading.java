package io.mlxmanager.engine.arch;

import io.mlxmanager.engine.nn.TextMask;
import io.mlxmanager.mlx.MlxArray;
import io.mlxmanager.mlx.MlxScope;
import io.mlxmanager.mlx.Ops;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** A reading that goes on by one layer at a time. */
public final class LayerReading implements TextEncoder.Reading {

    private final TextMask mask;
    private final List<UnaryOperator<MlxArray>> layers;
    private MlxArray states;
    private int next;

    /**
     * @param mask closed with the reading
     * @param embedded makes what the first layer reads
     * @param layers each from states to states; at least one
     */
    public LayerReading(TextMask mask, Supplier<MlxArray> embedded, List<UnaryOperator<MlxArray>> layers) {
        this.mask = mask;
        this.layers = List.copyOf(layers);
        try (MlxScope scope = MlxScope.open()) {
            states = embedded.get().keep();
        }
    }

    @Override
    public boolean advance() {
        try (MlxScope scope = MlxScope.open()) {
            MlxArray before = states;
            states = layers.get(next).apply(before).keep();
            before.close();
            // A lazy back end would put all the work off to the end, where it is one long piece.
            Ops.eval(states);
        }
        next++;
        return next < layers.size();
    }

    @Override
    public MlxArray states() {
        return states;
    }

    @Override
    public void close() {
        states.close();
        mask.close();
    }
}
