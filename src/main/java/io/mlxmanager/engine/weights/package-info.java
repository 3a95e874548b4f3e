/**
 * Model folders as untrusted input: configuration, safetensors headers, quantisation settings, tensors by name.
 * Every refusal names the file, the layer or the tensor. Nothing here computes.
 */
package io.mlxmanager.engine.weights;
