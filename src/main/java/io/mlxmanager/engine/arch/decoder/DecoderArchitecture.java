package io.mlxmanager.engine.arch.decoder;

import io.mlxmanager.engine.arch.Architecture;
import io.mlxmanager.engine.arch.ComputeTypes;
import io.mlxmanager.engine.arch.LanguageModel;
import io.mlxmanager.engine.arch.ModelFacts;
import io.mlxmanager.engine.arch.TextEncoder;
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

    /** How a tensor or module is called in the files of the family, where that differs from a llama's. */
    protected String inFile(String name) {
        return name;
    }

    @Override
    public ModelFacts inspect(JsonFile config, long weightBytes) {
        DecoderPlan plan = plan(config);
        return new ModelFacts(
                plan.modelType(),
                plan.vocabulary(),
                plan.context(),
                weightBytes,
                plan.kvRows(),
                QuantizationConfig.of(config).rule().map(Quantization::bits).orElse(0),
                List.of());
    }

    @Override
    public LanguageModel load(ModelWeights weights, JsonFile config, ComputeTypes types) {
        DecoderPlan plan = plan(config);
        weights.named(this::inFile);
        return new Decoder(plan, weights, types, true);
    }

    @Override
    public TextEncoder encoder(ModelWeights weights, JsonFile config, ComputeTypes types) {
        DecoderPlan plan = plan(config);
        // Checkpoints of embedding models often hold the part below the head, named from there.
        boolean below = !weights.has("model.embed_tokens.weight") && weights.has("embed_tokens.weight");
        weights.named(name -> below ? inFile(name).replaceFirst("^model\\.", "") : inFile(name));
        boolean both = config.optionalBoolean("use_bidirectional_attention", false);
        return new DecoderEncoder(new Decoder(plan, weights, types, false), weights, !both);
    }
}
