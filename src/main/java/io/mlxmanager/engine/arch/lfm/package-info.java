/**
 * LFM 2: short convolutions in most layers, attention in a few.
 */
package io.mlxmanager.engine.arch.lfm;
