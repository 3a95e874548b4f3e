/**
 * SmolLM 3.
 */
package io.mlxmanager.engine.arch.smollm;
