package io.mlxmanager.engine.arch.decoder;

/** How the tokens of a layer look at those before them. */
public sealed interface MixerPlan {

    /**
     * Keys and values of all positions.
     *
     * @param gated whether the layer's input decides how much of the answer goes on
     */
    record Attention(boolean gated) implements MixerPlan {}

    /**
     * A gated delta rule: a matrix for each head that every token changes, behind a short convolution.
     *
     * @param keyHeads of queries and keys; several heads of values share one
     * @param kernel tokens that the convolution looks at
     * @param interleaved whether one projection holds queries, keys, values and gates head by head
     */
    record Delta(int keyHeads, int valueHeads, int keyDim, int valueDim, int kernel, boolean interleaved)
            implements MixerPlan {

        int keys() {
            return keyHeads * keyDim;
        }

        int values() {
            return valueHeads * valueDim;
        }
    }

    /**
     * A short convolution between two gates.
     *
     * @param kernel tokens that it looks at
     * @param bias whether its projections have biases
     */
    record Convolution(int kernel, boolean bias) implements MixerPlan {}
}
