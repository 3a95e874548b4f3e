package io.mlxmanager.mlx;

/**
 * How queries look back on what a {@link KvStore} holds: causally, the last query at the last stored position.
 *
 * @param scale factor on the scores
 * @param window keys a query may look back on, itself included; 0 for all
 * @param cap scaled scores are pressed between plus and minus this by a tanh; 0 leaves them
 * @param sinks {@code [heads]}: a score per head that takes part in the softmax without a value; or null
 */
public record AttentionRule(double scale, int window, double cap, MlxArray sinks) {

    /** Over everything, scores scaled and no more. */
    public static AttentionRule scaled(double scale) {
        return new AttentionRule(scale, 0, 0, null);
    }

    /** The same with a window. */
    public AttentionRule within(int positions) {
        return new AttentionRule(scale, positions, cap, sinks);
    }

    /** The same with sinks. */
    public AttentionRule withSinks(MlxArray scores) {
        return new AttentionRule(scale, window, cap, scores);
    }
}
