package io.mlxmanager.engine.embed;

import io.mlxmanager.engine.weights.JsonFile;
import io.mlxmanager.engine.weights.ModelFormatException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What an embedding model does behind its layers, as the files of the sentence-transformers format say; where they are
 * missing, as the family is used.
 *
 * @param pooling from tokens to one vector
 * @param dense folders of the layers behind it, in their order
 * @param normalised whether the vector gets the length one
 * @param longest most tokens of a text, where the model was made for fewer than it has positions
 */
public record EmbeddingPlan(Pooling pooling, List<Path> dense, boolean normalised, OptionalInt longest) {

    public EmbeddingPlan {
        dense = List.copyOf(dense);
    }

    /**
     * Reads the files of a model.
     *
     * @param absent how tokens become one vector where nothing says so
     * @throws ModelFormatException naming a module or a mode that is not supported
     */
    public static EmbeddingPlan read(Path folder, Pooling absent) {
        OptionalInt longest = longest(folder);
        Path modules = folder.resolve("modules.json");
        if (!Files.isRegularFile(modules)) {
            Optional<JsonFile> pooling = JsonFile.readIfPresent(folder.resolve("1_Pooling/config.json"));
            return new EmbeddingPlan(pooling.map(Pooling::of).orElse(absent), List.of(), true, longest);
        }
        Pooling pooling = absent;
        List<Path> dense = new ArrayList<>();
        boolean normalised = false;
        for (JsonFile module : JsonFile.readAll(modules)) {
            String type = module.requiredString("type");
            String kind = type.substring(type.lastIndexOf('.') + 1);
            switch (kind) {
                case "Transformer" -> {}
                case "Pooling" ->
                    pooling = Pooling.of(JsonFile.read(part(folder, module).resolve("config.json")));
                case "Dense" -> dense.add(part(folder, module));
                case "Normalize" -> normalised = true;
                default -> throw new ModelFormatException(module.name() + ": type " + type + " is not supported");
            }
        }
        return new EmbeddingPlan(pooling, dense, normalised, longest);
    }

    /** A folder beside the others; a name that leads elsewhere comes from somebody who wants more than embeddings. */
    private static Path part(Path folder, JsonFile module) {
        String path = module.requiredString("path");
        if (!path.matches("[A-Za-z0-9_-]+")) {
            throw new ModelFormatException(module.name() + ": path " + path + " is not the name of a folder");
        }
        return folder.resolve(path);
    }

    private static OptionalInt longest(Path folder) {
        return JsonFile.readIfPresent(folder.resolve("sentence_bert_config.json"))
                .filter(file -> file.has("max_seq_length"))
                .map(file -> OptionalInt.of(file.requiredInt("max_seq_length", 1)))
                .orElse(OptionalInt.empty());
    }
}
