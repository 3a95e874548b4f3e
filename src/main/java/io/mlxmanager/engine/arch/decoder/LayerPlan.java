package io.mlxmanager.engine.arch.decoder;

import io.mlxmanager.engine.nn.FeedForward.Gate;
import io.mlxmanager.engine.nn.Router;

/**
 * What a layer has of its own.
 *
 * @param rope null where positions do not turn anything
 * @param window keys a query looks back on, itself included; 0 for all
 * @param experts null where one feed-forward part serves all tokens
 * @param heads null where they are those of the plan
 * @param feedForward features inside the feed-forward part; 0 where they are those of the plan
 * @param mixer how tokens look at those before them
 */
public record LayerPlan(
        RopePlan rope, int window, ExpertPlan experts, HeadPlan heads, int feedForward, MixerPlan mixer) {

    public LayerPlan(RopePlan rope, int window, ExpertPlan experts, HeadPlan heads, int feedForward) {
        this(rope, window, experts, heads, feedForward, new MixerPlan.Attention(false));
    }

    public LayerPlan(RopePlan rope, int window, ExpertPlan experts, MixerPlan mixer) {
        this(rope, window, experts, null, 0, mixer);
    }

    public LayerPlan(RopePlan rope, int window) {
        this(rope, window, null);
    }

    /** Whether the layer keeps something for each position, rather than one state for all. */
    boolean keepsPositions() {
        return mixer instanceof MixerPlan.Attention;
    }

    public LayerPlan(RopePlan rope, int window, ExpertPlan experts) {
        this(rope, window, experts, null, 0);
    }

    /**
     * Heads of a layer that differ from those of others.
     *
     * @param valuesAreKeys whether there is no projection to values: they are the keys before norm and positions
     * @param keysOf the layer before this one whose keys and values are used; {@link #OWN} for its own. Layers that use
     *     those of others lie behind all that have their own
     */
    public record HeadPlan(int headDim, int kvHeads, boolean valuesAreKeys, int keysOf) {

        public static final int OWN = -1;

        public boolean own() {
            return keysOf == OWN;
        }
    }

    /**
     * Experts of a layer.
     *
     * @param hidden features inside one
     * @param sharedHidden features inside the experts that serve every token, all together; 0 when there are none
     * @param place names of the modules
     * @param bias whether router and experts have biases
     * @param activation of the gate
     * @param beside whether they work beside a part that serves every token, both with norms of their own
     * @param sharedGate whether a gate of their own decides how much of the shared experts each token gets
     */
    public record ExpertPlan(
            Router.Rule rule,
            int hidden,
            int sharedHidden,
            Place place,
            boolean bias,
            Gate activation,
            boolean beside,
            boolean sharedGate) {

        public ExpertPlan(
                Router.Rule rule,
                int hidden,
                int sharedHidden,
                Place place,
                boolean bias,
                Gate activation,
                boolean beside) {
            this(rule, hidden, sharedHidden, place, bias, activation, beside, false);
        }

        public ExpertPlan(Router.Rule rule, int hidden, int sharedHidden, Place place, boolean bias, Gate activation) {
            this(rule, hidden, sharedHidden, place, bias, activation, false);
        }

        public ExpertPlan(Router.Rule rule, int hidden) {
            this(rule, hidden, 0, Place.USUAL, false, Gate.SILU);
        }
    }

    /**
     * Names of the modules of experts.
     *
     * @param part that holds the others, in its layer
     * @param router in that part
     * @param experts stacked, in that part
     * @param gate of a single expert, where they are not stacked; {@code up} and {@code down} likewise
     */
    public record Place(String part, String router, String experts, String gate, String up, String down) {

        public static final Place USUAL = new Place("mlp", "gate", "switch_mlp", "gate_proj", "up_proj", "down_proj");
    }
}
