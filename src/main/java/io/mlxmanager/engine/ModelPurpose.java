package io.mlxmanager.engine;

/** What a model is loaded for. Some families serve for both, so whoever asks for one says which. */
public enum ModelPurpose {
    /** Goes on with a text. */
    GENERATE,
    /** Makes vectors of texts. */
    EMBED
}
