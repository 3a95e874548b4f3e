/**
 * The dense Qwen3 decoder.
 * RMS norms on each head of queries and keys before rotation, explicit head size, no biases, gated SiLU feed-forward.
 */
package io.mlxmanager.engine.arch.qwen3;
