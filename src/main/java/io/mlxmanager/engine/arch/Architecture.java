package io.mlxmanager.engine.arch;

import io.mlxmanager.engine.arch.cohere.CohereArchitecture;
import io.mlxmanager.engine.arch.deepseek.DeepseekArchitecture;
import io.mlxmanager.engine.arch.deepseek.Dots1Architecture;
import io.mlxmanager.engine.arch.exaone.Exaone4Architecture;
import io.mlxmanager.engine.arch.gemma.Gemma2Architecture;
import io.mlxmanager.engine.arch.gemma.Gemma3Architecture;
import io.mlxmanager.engine.arch.gemma.Gemma4Architecture;
import io.mlxmanager.engine.arch.gemma.GemmaArchitecture;
import io.mlxmanager.engine.arch.glm.Glm4Architecture;
import io.mlxmanager.engine.arch.glm.Glm4MoeArchitecture;
import io.mlxmanager.engine.arch.gptoss.GptOssArchitecture;
import io.mlxmanager.engine.arch.granite.GraniteArchitecture;
import io.mlxmanager.engine.arch.lfm.Lfm2Architecture;
import io.mlxmanager.engine.arch.llama.Ernie45Architecture;
import io.mlxmanager.engine.arch.llama.LlamaArchitecture;
import io.mlxmanager.engine.arch.llama.Ministral3Architecture;
import io.mlxmanager.engine.arch.llama.MixtralArchitecture;
import io.mlxmanager.engine.arch.llama.SeedOssArchitecture;
import io.mlxmanager.engine.arch.olmo.OlmoArchitecture;
import io.mlxmanager.engine.arch.olmo.OlmoeArchitecture;
import io.mlxmanager.engine.arch.phi.Phi3Architecture;
import io.mlxmanager.engine.arch.qwen.MimoArchitecture;
import io.mlxmanager.engine.arch.qwen.Qwen2Architecture;
import io.mlxmanager.engine.arch.qwen.Qwen3Architecture;
import io.mlxmanager.engine.arch.qwen.Qwen3MoeArchitecture;
import io.mlxmanager.engine.arch.qwen.Qwen3NextArchitecture;
import io.mlxmanager.engine.arch.smollm.SmolLm3Architecture;
import io.mlxmanager.engine.weights.JsonFile;
import io.mlxmanager.engine.weights.ModelFormatException;
import io.mlxmanager.engine.weights.ModelWeights;
import io.mlxmanager.engine.weights.QuantizationConfig;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
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

    /**
     * Builds a model that makes vectors of texts, without its head. Engine thread only.
     *
     * @param weights owned by the model from now on; still the caller's when this throws
     * @throws ModelFormatException for a family of which no such models are known
     */
    default TextEncoder encoder(ModelWeights weights, JsonFile config, ComputeTypes types) {
        throw new ModelFormatException(
                config.name() + ": model_type " + config.requiredString("model_type") + " makes no embeddings");
    }

    /** The family of a folder's config.json. */
    static Architecture of(JsonFile config) {
        if (config.has("model_file")) {
            throw new ModelFormatException(
                    config.name() + ": model_file asks for code from the repository, which is never run");
        }
        String type = config.requiredString("model_type");
        Architecture found = Registry.BY_TYPE.get(type);
        if (found == null) {
            throw new ModelFormatException(
                    "model_type " + type + " is not supported; those that are stand in docs/FAMILIES.md");
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

        private static final JsonObject UNTIED = Json.createObjectBuilder()
                .add("tie_word_embeddings", false)
                // What pixtral's text part leaves out.
                .add("num_attention_heads", 32)
                .build();
        private static final Map<String, Architecture> BY_TYPE = byType();

        private static Map<String, Architecture> byType() {
            Architecture llama = new LlamaArchitecture();
            Architecture gemma3 = new Gemma3Architecture();
            Architecture gemma4 = new Gemma4Architecture();
            Architecture gemma4Text = new TextPartArchitecture(gemma4, Gemma4Architecture.USUAL);
            Architecture ministral3 = new Ministral3Architecture();
            Architecture qwen2 = new Qwen2Architecture();
            Architecture qwen3 = new Qwen3Architecture();
            Architecture qwen3Moe = new Qwen3MoeArchitecture();
            Architecture mistralText = new TextPartArchitecture(llama, Map.of("ministral3", ministral3), UNTIED);
            Architecture qwen2Text = new TextPartArchitecture(qwen2, JsonValue.EMPTY_JSON_OBJECT);
            Architecture qwen35 = new Qwen3NextArchitecture(false);
            Architecture qwen35Text = new TextPartArchitecture(qwen35, JsonValue.EMPTY_JSON_OBJECT);
            Architecture olmo = new OlmoArchitecture();
            Architecture deepseek = new DeepseekArchitecture();
            Architecture cohere = new CohereArchitecture();
            return Map.ofEntries(
                    Map.entry("cohere", cohere),
                    Map.entry("cohere2", cohere),
                    Map.entry("deepseek_v2", deepseek),
                    Map.entry("deepseek_v3", deepseek),
                    Map.entry("dots1", new Dots1Architecture()),
                    Map.entry("ernie4_5", new Ernie45Architecture()),
                    Map.entry("exaone4", new Exaone4Architecture()),
                    Map.entry("gemma", new GemmaArchitecture()),
                    Map.entry("gemma2", new Gemma2Architecture()),
                    Map.entry("gemma3", new TextPartArchitecture(gemma3, Gemma3Architecture.USUAL)),
                    Map.entry("gemma3_text", gemma3),
                    Map.entry("gemma4", gemma4Text),
                    Map.entry("gemma4_text", gemma4),
                    Map.entry("gemma4_unified", gemma4Text),
                    Map.entry("glm4", new Glm4Architecture()),
                    Map.entry("glm4_moe", new Glm4MoeArchitecture()),
                    Map.entry("glm4_moe_lite", deepseek),
                    Map.entry("gpt_oss", new GptOssArchitecture()),
                    Map.entry("granite", new GraniteArchitecture()),
                    Map.entry("iquestcoder", llama),
                    Map.entry("joyai_llm_flash", deepseek),
                    Map.entry("kimi_k2", deepseek),
                    Map.entry("kimi_k25", new TextPartArchitecture(deepseek, UNTIED)),
                    Map.entry("kimi_vl", new TextPartArchitecture(deepseek, UNTIED)),
                    Map.entry("lfm2", new Lfm2Architecture()),
                    Map.entry("llama", llama),
                    Map.entry("llava", mistralText),
                    Map.entry("mimo", new MimoArchitecture()),
                    Map.entry("ministral3", ministral3),
                    Map.entry("mistral", llama),
                    Map.entry("mistral3", mistralText),
                    Map.entry("mixtral", new MixtralArchitecture()),
                    Map.entry("olmo2", olmo),
                    Map.entry("olmo3", olmo),
                    Map.entry("olmoe", new OlmoeArchitecture()),
                    Map.entry("phi3", new Phi3Architecture()),
                    Map.entry("pixtral", mistralText),
                    Map.entry("qwen2", qwen2),
                    Map.entry("qwen2_5_vl", qwen2Text),
                    Map.entry("qwen2_vl", qwen2Text),
                    Map.entry("qwen3", qwen3),
                    Map.entry("qwen3_5", qwen35Text),
                    Map.entry("qwen3_5_moe", qwen35Text),
                    Map.entry("qwen3_5_moe_text", qwen35),
                    Map.entry("qwen3_5_text", qwen35),
                    Map.entry("qwen3_moe", qwen3Moe),
                    Map.entry("qwen3_next", new Qwen3NextArchitecture(true)),
                    Map.entry("qwen3_vl", new TextPartArchitecture(qwen3, JsonValue.EMPTY_JSON_OBJECT)),
                    Map.entry("qwen3_vl_moe", new TextPartArchitecture(qwen3Moe, JsonValue.EMPTY_JSON_OBJECT)),
                    Map.entry("seed_oss", new SeedOssArchitecture()),
                    Map.entry("smollm3", new SmolLm3Architecture()));
        }

        private Registry() {}
    }
}
