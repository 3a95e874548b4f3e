/**
 * Gemma: norms stored as their distance from one, scaled token vectors, GELU gates.
 */
package io.mlxmanager.engine.arch.gemma;
