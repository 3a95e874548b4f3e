/**
 * The Java face of the array runtime: arrays, scopes, operations and the loader of the native library behind them.
 * Every {@code native} method and every {@code System.load} of the product lives here, and nothing here knows what a model is.
 * Layers, caches of conversations, samplers and file formats belong to {@code io.mlxmanager.engine}.
 */
package io.mlxmanager.mlx;
