/**
 * Llama and what is built like it: Mistral, and the many models that were converted to its layout.
 */
package io.mlxmanager.engine.arch.llama;
