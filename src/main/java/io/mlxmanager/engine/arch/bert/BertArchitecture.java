package io.mlxmanager.engine.arch.bert;

import io.mlxmanager.engine.arch.ComputeTypes;
import io.mlxmanager.engine.arch.EncoderArchitecture;
import io.mlxmanager.engine.arch.ModelFacts;
import io.mlxmanager.engine.arch.TextEncoder;
import io.mlxmanager.engine.weights.JsonFile;
import io.mlxmanager.engine.weights.ModelFormatException;
import io.mlxmanager.engine.weights.ModelWeights;

/** {@code model_type} bert, roberta and xlm-roberta, which count positions from behind the padding token on. */
public final class BertArchitecture implements EncoderArchitecture {

    @Override
    public ModelFacts inspect(JsonFile config, long weightBytes) {
        EncoderSizes sizes = EncoderSizes.of(config);
        EncoderSizes.activation(config, "hidden_act");
        config.optionalString("position_embedding_type")
                .filter(type -> !type.equals("absolute"))
                .ifPresent(type -> {
                    throw new ModelFormatException(
                            config.name() + ": position_embedding_type " + type + " is not supported");
                });
        return sizes.facts(config, positions(config) - firstPosition(config), weightBytes);
    }

    @Override
    public TextEncoder load(ModelWeights weights, JsonFile config, ComputeTypes types) {
        inspect(config, 0);
        return new Bert(config, weights, types);
    }

    static int positions(JsonFile config) {
        return config.requiredInt("max_position_embeddings", firstPosition(config) + 1);
    }

    /** Rows of the table of positions before that of a text's first token. */
    static int firstPosition(JsonFile config) {
        return config.requiredString("model_type").equals("bert") ? 0 : config.optionalInt("pad_token_id", 0, 1) + 1;
    }
}
