package io.mlxmanager.engine.arch.decoder;

import io.mlxmanager.engine.arch.Architecture;
import io.mlxmanager.engine.arch.ComputeTypes;
import io.mlxmanager.engine.arch.LanguageModel;
import io.mlxmanager.engine.arch.ModelFacts;
import io.mlxmanager.engine.weights.JsonFile;
import io.mlxmanager.engine.weights.ModelWeights;
import io.mlxmanager.engine.weights.QuantizationConfig;
import io.mlxmanager.mlx.Quantization;
import java.util.List;

/** A family whose whole difference is in its plan. */
public abstract class DecoderArchitecture implements Architecture {

    /**
     * Reads config.json.
     *
     * @throws io.mlxmanager.engine.weights.ModelFormatException for a field that is missing, wrong or not supported
     */
    protected abstract DecoderPlan plan(JsonFile config);

    @Override
    public ModelFacts inspect(JsonFile config, long weightBytes) {
        DecoderPlan plan = plan(config);
        return new ModelFacts(
                plan.modelType(),
                plan.vocabulary(),
                plan.context(),
                weightBytes,
                plan.kvBytesPerToken(),
                QuantizationConfig.of(config).rule().map(Quantization::bits).orElse(0),
                List.of());
    }

    @Override
    public LanguageModel load(ModelWeights weights, JsonFile config, ComputeTypes types) {
        return new Decoder(plan(config), weights, types);
    }
}
