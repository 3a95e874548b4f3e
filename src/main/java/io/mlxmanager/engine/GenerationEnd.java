package io.mlxmanager.engine;

/** Why a generation ended. */
public enum GenerationEnd {
    /** The model said a stop token. */
    STOP,
    /** The asked number of tokens, or the end of the model's context. */
    LENGTH,
    CANCELLED
}
