package io.mlxmanager.engine.arch.qwen3;

import io.mlxmanager.engine.arch.Architecture;
import io.mlxmanager.engine.arch.ComputeTypes;
import io.mlxmanager.engine.arch.LanguageModel;
import io.mlxmanager.engine.arch.ModelFacts;
import io.mlxmanager.engine.weights.JsonFile;
import io.mlxmanager.engine.weights.ModelWeights;
import io.mlxmanager.engine.weights.QuantizationConfig;
import io.mlxmanager.mlx.Quantization;
import java.nio.file.Path;

/** Qwen3 dense, {@code model_type} qwen3. */
public final class Qwen3Architecture implements Architecture {

    @Override
    public ModelFacts inspect(JsonFile config, long weightBytes) {
        Qwen3Config fields = Qwen3Config.of(config);
        return new ModelFacts(
                "qwen3",
                fields.vocabularySize(),
                fields.contextLength(),
                weightBytes,
                fields.kvBytesPerToken(),
                QuantizationConfig.of(config).rule().map(Quantization::bits).orElse(0));
    }

    @Override
    public LanguageModel load(Path folder, JsonFile config, ComputeTypes types) {
        Qwen3Config fields = Qwen3Config.of(config);
        ModelWeights weights = ModelWeights.open(folder, QuantizationConfig.of(config));
        try {
            return new Qwen3Model(fields, weights, types);
        } catch (RuntimeException e) {
            weights.close();
            throw e;
        }
    }
}
