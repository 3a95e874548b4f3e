package io.mlxmanager.engine.arch.decoder;

/**
 * What a layer has of its own.
 *
 * @param rope null where positions do not turn anything
 * @param window keys a query looks back on, itself included; 0 for all
 */
public record LayerPlan(RopePlan rope, int window) {}
