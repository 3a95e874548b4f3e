package io.mlxmanager.engine.arch;

/** What a layer that keeps something for each position keeps, by how its queries look back. */
public enum KvKind {
    /** Keys and values that every later query sees. */
    FULL_ATTENTION,
    /** Keys and values that only the queries of a window see; all are kept, so that a context can be cut back and shared. */
    SLIDING_ATTENTION,
    /** One small vector that keys and values are made from. */
    LATENT_ATTENTION
}
