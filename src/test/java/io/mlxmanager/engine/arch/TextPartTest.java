package io.mlxmanager.engine.arch;

import static io.mlxmanager.engine.arch.FamilyCase.VOCABULARY;
import static org.assertj.core.api.Assertions.assertThat;

import io.mlxmanager.engine.weights.JsonFile;
import io.mlxmanager.testing.ExactProducts;
import io.mlxmanager.testing.NativeLibrary;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Models for images answer texts as their text part does alone, by whatever names their files have. */
@ExtendWith({NativeLibrary.class, ExactProducts.class})
class TextPartTest {

    @TempDir
    Path folder;

    /**
     * A model with a vision part.
     *
     * @param textPart name of the family's case that its text part is
     * @param nested whether the text part's configuration lies in {@code text_config}
     * @param names from those of a text model to those of the files
     */
    private record Vision(String modelType, String textPart, boolean nested, UnaryOperator<String> names) {

        @Override
        public String toString() {
            return modelType;
        }
    }

    private static Stream<Vision> models() {
        UnaryOperator<String> converted = name -> "language_model." + name;
        UnaryOperator<String> original =
                name -> name.startsWith("model.") ? "model.language_model." + name.substring(6) : name;
        return Stream.of(
                new Vision("gemma3", "gemma3_text", true, converted),
                new Vision("gemma4", "gemma4_text, tokens in every layer, shared keys", true, converted),
                new Vision("gemma4_unified", "gemma4_text, experts, keys as values", true, original),
                new Vision("mistral3", "ministral3", true, converted),
                new Vision("mistral3", "mistral, windows in some layers", true, converted),
                new Vision("llava", "llama", true, converted),
                new Vision("pixtral", "llama", true, converted),
                new Vision("qwen2_vl", "qwen2", false, UnaryOperator.identity()),
                new Vision("qwen2_5_vl", "qwen2", true, converted),
                new Vision("qwen3_vl", "qwen3", true, original),
                new Vision("qwen3_vl_moe", "qwen3_moe", true, converted),
                new Vision("qwen3_5", "qwen3_5_text", true, converted),
                new Vision("qwen3_5_moe", "qwen3_5_moe_text, with experts", true, original),
                new Vision("kimi_vl", "deepseek_v3", true, converted),
                new Vision("kimi_k25", "deepseek_v3", true, converted));
    }

    static Stream<String> modelTypes() {
        return models().map(Vision::modelType);
    }

    private static FamilyCase family(String name) {
        Stream<FamilyCase> recurrent = RecurrentFamilyTest.families().map(RecurrentFamilyTest.RecurrentCase::family);
        return Stream.concat(FamilyTest.families(), recurrent)
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static JsonObject config(Vision model, JsonObject text, boolean tied) {
        JsonObjectBuilder config = model.nested ? Json.createObjectBuilder() : Json.createObjectBuilder(text);
        config.add("model_type", model.modelType).add("vision_config", Json.createObjectBuilder());
        if (model.nested) {
            JsonObjectBuilder own = Json.createObjectBuilder(text).remove("quantization");
            // Some text parts are tied unless their configuration says otherwise, as their families are alone.
            config.add("text_config", own.add("tie_word_embeddings", tied));
            if (text.containsKey("quantization")) {
                config.add("quantization", text.get("quantization"));
            }
        }
        return config.build();
    }

    @ParameterizedTest
    @MethodSource("models")
    void theTextPartAnswersAsItDoesAlone(Vision model) {
        FamilyCase text = family(model.textPart);
        Fixture fixture = text.fixture();
        JsonObject config = config(model, text.config(), !fixture.has("lm_head.weight"));
        fixture.renamed(model.names)
                .tensor("vision_tower.blocks.0.weight", 0, 1, 3, 5)
                .tensor("visual.patch_embed.weight", 0, 1, 7)
                .write(folder, config);
        int[] ids = new SplittableRandom(3).ints(24, 0, VOCABULARY).toArray();
        JsonFile file = new JsonFile("config.json", config);
        ModelFacts facts = Architecture.of(file).inspect(file, 1);
        assertThat(facts.modelType()).isEqualTo(model.modelType);
        assertThat(facts.ignoredParts()).containsExactly("vision");
        Logits.assertOfPrompt(folder, config, ids, text.decoder(fixture).logits(ids));
    }

    @Test
    void aModelForTextIgnoresNothing() {
        JsonFile config = new JsonFile("config.json", family("qwen3").config());
        assertThat(Architecture.of(config).inspect(config, 1).ignoredParts()).isEmpty();
    }
}
