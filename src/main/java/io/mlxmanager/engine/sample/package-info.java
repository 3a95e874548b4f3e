/**
 * From logits to the next token: penalties, filters and the random choice, in plain Java.
 * Pure apart from the random generator, which each request owns; no arrays of the native side get here.
 */
package io.mlxmanager.engine.sample;
