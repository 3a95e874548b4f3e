package io.mlxmanager.engine.arch;

import io.mlxmanager.engine.arch.bert.BertArchitecture;
import io.mlxmanager.engine.arch.bert.ModernBertArchitecture;
import io.mlxmanager.engine.weights.JsonFile;
import io.mlxmanager.engine.weights.ModelWeights;
import java.util.Map;
import java.util.Optional;

/** A family of models that read texts and write none. Stateless. */
public interface EncoderArchitecture {

    /**
     * Reads and checks the configuration. Any thread.
     *
     * @param weightBytes size of all weight files
     */
    ModelFacts inspect(JsonFile config, long weightBytes);

    /**
     * Builds the model. Engine thread only.
     *
     * @param weights owned by the model from now on; still the caller's when this throws
     */
    TextEncoder load(ModelWeights weights, JsonFile config, ComputeTypes types);

    /** The family of a config.json; empty when it is none of these. */
    static Optional<EncoderArchitecture> of(JsonFile config) {
        return config.optionalString("model_type").map(Registry.BY_TYPE::get);
    }

    /** Every family by {@code model_type}. */
    final class Registry {

        static final Map<String, EncoderArchitecture> BY_TYPE = Map.of(
                "bert", new BertArchitecture(),
                "roberta", new BertArchitecture(),
                "xlm-roberta", new BertArchitecture(),
                "modernbert", new ModernBertArchitecture());

        private Registry() {}
    }
}
