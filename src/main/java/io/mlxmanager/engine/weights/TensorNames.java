package io.mlxmanager.engine.weights;

/**
 * Names of tensors and modules as families without a vision part have them. Models that take more than text keep their text
 * part below {@code language_model}, the way depends on the tool that wrote the file.
 */
final class TensorNames {

    private TensorNames() {}

    /** {@code model.layers.0...} and {@code lm_head...} for those of a text part; any other name stays. */
    static String plain(String name) {
        if (name.startsWith("language_model.")) {
            return name.substring("language_model.".length());
        }
        return name.startsWith("model.language_model.")
                ? "model." + name.substring("model.language_model.".length())
                : name;
    }
}
