/**
 * Transformer inference in Java on MLX arrays: the engine thread, requests and tokens.
 * What a family of models computes stands in {@code arch}, its parts in {@code nn}; conversation, prompts and protocols
 * are no business of this package, which knows token ids only.
 */
package io.mlxmanager.engine;
