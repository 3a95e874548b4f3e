package io.mlxmanager.engine.arch;

import io.mlxmanager.engine.arch.cohere.CohereArchitecture;
import io.mlxmanager.engine.arch.gemma.Gemma3Architecture;
import io.mlxmanager.engine.arch.gemma.GemmaArchitecture;
import io.mlxmanager.engine.arch.glm.Glm4Architecture;
import io.mlxmanager.engine.arch.granite.GraniteArchitecture;
import io.mlxmanager.engine.arch.llama.LlamaArchitecture;
import io.mlxmanager.engine.arch.olmo.OlmoArchitecture;
import io.mlxmanager.engine.arch.phi.Phi3Architecture;
import io.mlxmanager.engine.arch.qwen.Qwen2Architecture;
import io.mlxmanager.engine.arch.qwen.Qwen3Architecture;
import io.mlxmanager.engine.arch.qwen.Qwen3MoeArchitecture;
import io.mlxmanager.engine.arch.smollm.SmolLm3Architecture;
import io.mlxmanager.engine.weights.JsonFile;
import io.mlxmanager.engine.weights.ModelFormatException;
import io.mlxmanager.engine.weights.ModelWeights;
import io.mlxmanager.engine.weights.QuantizationConfig;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntConsumer;

/** A family of models: how its configuration is read and how it is loaded. Stateless. */
public interface Architecture {

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
     * @param types to compute with
     */
    LanguageModel load(ModelWeights weights, JsonFile config, ComputeTypes types);

    /** The family of a folder's config.json. */
    static Architecture of(JsonFile config) {
        if (config.has("model_file")) {
            throw new ModelFormatException(
                    config.name() + ": model_file asks for code from the repository, which is never run");
        }
        String type = config.requiredString("model_type");
        Architecture found = Registry.BY_TYPE.get(type);
        if (found == null) {
            throw new ModelFormatException("model_type " + type + " is not supported; supported: " + supportedTypes());
        }
        return found;
    }

    /**
     * Loads the model of a folder. Engine thread only.
     *
     * @param percent hears how much of the weights was read
     */
    static LanguageModel load(Path folder, JsonFile config, ComputeTypes types, IntConsumer percent) {
        ModelWeights weights = ModelWeights.open(folder, QuantizationConfig.of(config), percent);
        try {
            return of(config).load(weights, config, types);
        } catch (RuntimeException e) {
            weights.close();
            throw e;
        }
    }

    static Set<String> supportedTypes() {
        return new TreeSet<>(Registry.BY_TYPE.keySet());
    }

    /** Every family by {@code model_type}. */
    final class Registry {

        private static final Map<String, Architecture> BY_TYPE = byType();

        private static Map<String, Architecture> byType() {
            Architecture llama = new LlamaArchitecture();
            Architecture gemma3 = new Gemma3Architecture();
            Architecture olmo = new OlmoArchitecture();
            Architecture cohere = new CohereArchitecture();
            return Map.ofEntries(
                    Map.entry("cohere", cohere),
                    Map.entry("cohere2", cohere),
                    Map.entry("gemma", new GemmaArchitecture()),
                    Map.entry("gemma3", gemma3),
                    Map.entry("gemma3_text", gemma3),
                    Map.entry("glm4", new Glm4Architecture()),
                    Map.entry("granite", new GraniteArchitecture()),
                    Map.entry("iquestcoder", llama),
                    Map.entry("llama", llama),
                    Map.entry("mistral", llama),
                    Map.entry("olmo2", olmo),
                    Map.entry("olmo3", olmo),
                    Map.entry("phi3", new Phi3Architecture()),
                    Map.entry("qwen2", new Qwen2Architecture()),
                    Map.entry("qwen3", new Qwen3Architecture()),
                    Map.entry("qwen3_moe", new Qwen3MoeArchitecture()),
                    Map.entry("smollm3", new SmolLm3Architecture()));
        }

        private Registry() {}
    }
}
