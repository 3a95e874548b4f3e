/**
 * The families of models: one package each, found by the {@code model_type} of a configuration.
 * A family validates its configuration, names its tensors and computes logits; everything shared lies in {@code nn}.
 */
package io.mlxmanager.engine.arch;
