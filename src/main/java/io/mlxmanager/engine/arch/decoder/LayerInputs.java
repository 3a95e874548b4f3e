package io.mlxmanager.engine.arch.decoder;

import io.mlxmanager.engine.nn.Embedding;
import io.mlxmanager.engine.nn.Norm;
import io.mlxmanager.engine.nn.Projection;
import io.mlxmanager.engine.weights.ModelWeights;
import io.mlxmanager.mlx.Dtype;
import io.mlxmanager.mlx.MlxArray;
import io.mlxmanager.mlx.Ops;

/** What each layer reads of the tokens themselves: from a table of its own and from the token vectors. */
final class LayerInputs {

    private final int layers;
    private final int features;
    private final double projectionScale;
    private final Embedding table;
    private final Projection projection;
    private final Norm norm;

    LayerInputs(DecoderPlan plan, ModelWeights weights, Parts parts, String model) {
        layers = plan.layerPlans().size();
        features = plan.layerInputs();
        projectionScale = 1 / Math.sqrt(plan.hidden());
        table = Embedding.load(weights, model + "embed_tokens_per_layer", plan.vocabulary(), layers * features);
        projection = parts.projection(model + "per_layer_model_projection", plan.hidden(), layers * features, false);
        norm = parts.norm(model + "per_layer_projection_norm", features);
    }

    /**
     * @param embedded {@code [sequences, tokens, hidden]} of those ids, in their order
     * @return {@code [sequences, tokens, layers, features]}
     */
    MlxArray of(int[] ids, MlxArray embedded, Dtype type) {
        MlxArray told = split(Ops.multiply(table.lookup(ids, type), Math.sqrt(features)), embedded);
        MlxArray seen = split(Ops.multiply(projection.apply(embedded), projectionScale), embedded);
        return Ops.multiply(Ops.add(norm.apply(seen), told), Math.sqrt(0.5));
    }

    private MlxArray split(MlxArray x, MlxArray embedded) {
        return Ops.reshape(x, embedded.dim(0), embedded.dim(1), layers, features);
    }

    /** What layer {@code layer} reads: {@code [sequences, tokens, features]}. */
    static MlxArray of(MlxArray all, int layer) {
        int[] end = {all.dim(0), all.dim(1), layer + 1, all.dim(3)};
        return Ops.squeeze(Ops.slice(all, new int[] {0, 0, layer, 0}, end), 2);
    }
}
