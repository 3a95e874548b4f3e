package io.mlxmanager.engine.arch.decoder;

/**
 * What a layer has of its own.
 *
 * @param rope null where positions do not turn anything
 * @param window keys a query looks back on, itself included; 0 for all
 * @param experts null where one feed-forward part serves all tokens
 */
public record LayerPlan(RopePlan rope, int window, ExpertPlan experts) {

    public LayerPlan(RopePlan rope, int window) {
        this(rope, window, null);
    }

    /**
     * Experts of a layer.
     *
     * @param count of all
     * @param chosen for each token
     * @param hidden features inside one
     * @param normed whether the shares of the chosen add up to one
     */
    public record ExpertPlan(int count, int chosen, int hidden, boolean normed) {}
}
