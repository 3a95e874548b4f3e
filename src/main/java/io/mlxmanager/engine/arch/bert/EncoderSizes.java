package io.mlxmanager.engine.arch.bert;

import io.mlxmanager.engine.arch.ModelFacts;
import io.mlxmanager.engine.weights.JsonFile;
import io.mlxmanager.engine.weights.ModelFormatException;
import io.mlxmanager.engine.weights.QuantizationConfig;
import io.mlxmanager.mlx.Gelu;
import io.mlxmanager.mlx.Quantization;
import java.util.List;
import java.util.Map;

/** The sizes that all encoders of this package write in config.json. */
record EncoderSizes(String modelType, int hidden, int heads, int layers, int feedForward, int vocabulary) {

    private static final int MAX_LAYERS = 1024;

    static EncoderSizes of(JsonFile config) {
        int heads = config.requiredInt("num_attention_heads", 1);
        int hidden = config.requiredInt("hidden_size", 1);
        int layers = config.requiredInt("num_hidden_layers", 1);
        if (hidden % heads != 0 || hidden / heads % 2 != 0) {
            throw new ModelFormatException(config.name() + ": hidden_size " + hidden
                    + " does not divide into num_attention_heads " + heads + " even parts");
        }
        if (layers > MAX_LAYERS) {
            throw new ModelFormatException(
                    config.name() + ": num_hidden_layers is " + layers + ", at most " + MAX_LAYERS);
        }
        return new EncoderSizes(
                config.requiredString("model_type"),
                hidden,
                heads,
                layers,
                config.requiredInt("intermediate_size", 1),
                config.requiredInt("vocab_size", 1));
    }

    int headDim() {
        return hidden / heads;
    }

    double scale() {
        return 1 / Math.sqrt(headDim());
    }

    ModelFacts facts(JsonFile config, int context, long weightBytes) {
        int bits = QuantizationConfig.of(config).rule().map(Quantization::bits).orElse(0);
        return new ModelFacts(modelType, vocabulary, context, weightBytes, Map.of(), bits, List.of());
    }

    static Gelu activation(JsonFile config, String field) {
        String name = config.optionalString(field).orElse("gelu");
        return switch (name) {
            case "gelu" -> Gelu.ERF;
            case "gelu_new", "gelu_pytorch_tanh" -> Gelu.TANH;
            default -> throw new ModelFormatException(config.name() + ": " + field + " " + name + " is not supported");
        };
    }
}
