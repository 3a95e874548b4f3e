package io.mlxmanager.engine.arch.bert;

import io.mlxmanager.engine.arch.ComputeTypes;
import io.mlxmanager.engine.arch.EncoderArchitecture;
import io.mlxmanager.engine.arch.ModelFacts;
import io.mlxmanager.engine.arch.TextEncoder;
import io.mlxmanager.engine.weights.JsonFile;
import io.mlxmanager.engine.weights.ModelWeights;

/** {@code model_type} modernbert: rotary positions, norms before each part, most layers with a window. */
public final class ModernBertArchitecture implements EncoderArchitecture {

    @Override
    public ModelFacts inspect(JsonFile config, long weightBytes) {
        EncoderSizes.activation(config, "hidden_activation");
        return EncoderSizes.of(config)
                .facts(config, config.optionalInt("max_position_embeddings", 1, 8192), weightBytes);
    }

    @Override
    public TextEncoder load(ModelWeights weights, JsonFile config, ComputeTypes types) {
        inspect(config, 0);
        return new ModernBert(config, weights, types);
    }
}
