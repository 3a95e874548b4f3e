package io.mlxmanager.engine.nn;

import io.mlxmanager.engine.weights.ModelWeights;
import io.mlxmanager.mlx.MlxArray;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The projections of a model that adapters can change, and the adapters of the sequences that go through it now. One for each
 * model; confined to the engine thread.
 */
public final class Adaptables {

    private final Map<String, Projection.Adaptable> byPath = new HashMap<>();
    private List<Adapter> rows = List.of();

    /** Those of a model. */
    public static Adaptables of(ModelWeights weights) {
        return weights.companion(Adaptables.class, Adaptables::new);
    }

    Projection adaptable(String path, Projection base, int in, int out) {
        Projection.Adaptable adaptable = new Projection.Adaptable(this, path, base, in, out);
        byPath.put(path, adaptable);
        return adaptable;
    }

    /** The projection of a module, as it is called in the files; null for none. */
    Projection.Adaptable at(String path) {
        return byPath.get(path);
    }

    /**
     * Says which adapter serves which sequence of what comes now.
     *
     * @param adapters one per sequence, {@link Adapter#NONE} for none
     */
    public void use(List<Adapter> adapters) {
        boolean none = adapters.stream().allMatch(adapter -> adapter == Adapter.NONE);
        rows = none ? List.of() : List.copyOf(adapters);
    }

    /**
     * What a projection gives, adapted.
     *
     * @param x {@code [sequences, ..., in]}
     * @param y what the projection itself gives of it
     */
    MlxArray adapted(Projection.Adaptable projection, MlxArray x, MlxArray y) {
        return rows.isEmpty() ? y : Adapter.apply(rows, projection, x, y);
    }
}
