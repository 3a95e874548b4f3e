package io.mlxmanager.engine.arch.qwen3;

import io.mlxmanager.engine.weights.JsonFile;
import io.mlxmanager.engine.weights.ModelFormatException;

/** The fields of config.json that the decoder needs, checked. */
record Qwen3Config(
        int hiddenSize,
        int layers,
        int heads,
        int kvHeads,
        int headDim,
        int intermediateSize,
        int vocabularySize,
        int contextLength,
        float normEps,
        float ropeBase,
        boolean tiedEmbeddings) {

    private static final int MAX_LAYERS = 1024;

    static Qwen3Config of(JsonFile config) {
        int heads = config.requiredInt("num_attention_heads", 1);
        int hidden = config.requiredInt("hidden_size", 1);
        int kvHeads = config.optionalInt("num_key_value_heads", 1, heads);
        int headDim = config.optionalInt("head_dim", 2, hidden / heads);
        int layers = config.requiredInt("num_hidden_layers", 1);
        if (layers > MAX_LAYERS) {
            throw new ModelFormatException(
                    config.name() + ": num_hidden_layers is " + layers + ", at most " + MAX_LAYERS);
        }
        if (heads % kvHeads != 0) {
            throw new ModelFormatException(config.name() + ": num_attention_heads " + heads
                    + " is not a multiple of num_key_value_heads " + kvHeads);
        }
        if (headDim % 2 != 0) {
            throw new ModelFormatException(config.name() + ": head_dim " + headDim + " is odd");
        }
        config.optionalObject("rope_scaling").ifPresent(scaling -> {
            String type = scaling.optionalString("rope_type")
                    .or(() -> scaling.optionalString("type"))
                    .orElse("default");
            if (!type.equals("default")) {
                throw new ModelFormatException(scaling.name() + ": type " + type + " is not supported for qwen3");
            }
        });
        if (config.optionalBoolean("use_sliding_window", false)) {
            throw new ModelFormatException(config.name() + ": use_sliding_window is not supported for qwen3");
        }
        return new Qwen3Config(
                hidden,
                layers,
                heads,
                kvHeads,
                headDim,
                config.requiredInt("intermediate_size", 1),
                config.requiredInt("vocab_size", 1),
                config.optionalInt("max_position_embeddings", 1, 32768),
                config.positiveFloat("rms_norm_eps", 1e-6f),
                config.positiveFloat("rope_theta", 1_000_000f),
                config.optionalBoolean("tie_word_embeddings", false));
    }

    /** Bytes of keys and values for one position in half precision. */
    long kvBytesPerToken() {
        return 2L * layers * kvHeads * headDim * 2;
    }
}
