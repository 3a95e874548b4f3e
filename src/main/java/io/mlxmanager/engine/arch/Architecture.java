package io.mlxmanager.engine.arch;

import io.mlxmanager.engine.arch.qwen3.Qwen3Architecture;
import io.mlxmanager.engine.weights.JsonFile;
import io.mlxmanager.engine.weights.ModelFormatException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** A family of models: how its configuration is read and how it is loaded. Stateless. */
public interface Architecture {

    /**
     * Reads and checks the configuration. Any thread.
     *
     * @param weightBytes size of all weight files
     */
    ModelFacts inspect(JsonFile config, long weightBytes);

    /**
     * Loads the weights. Engine thread only.
     *
     * @param types to compute with
     */
    LanguageModel load(Path folder, JsonFile config, ComputeTypes types);

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

    static Set<String> supportedTypes() {
        return new TreeSet<>(Registry.BY_TYPE.keySet());
    }

    /** Every family by {@code model_type}. */
    final class Registry {

        private static final Map<String, Architecture> BY_TYPE = Map.of("qwen3", new Qwen3Architecture());

        private Registry() {}
    }
}
