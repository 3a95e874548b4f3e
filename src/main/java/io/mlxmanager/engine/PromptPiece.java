package io.mlxmanager.engine;

import io.mlxmanager.engine.arch.ForwardPass;
import io.mlxmanager.engine.arch.LanguageModel.Positions;
import io.mlxmanager.mlx.MlxArray;
import java.util.function.LongSupplier;

/**
 * A piece of a prompt on its way through the model. It rests between two layers while others get their next tokens, so that a
 * piece may be as long as products need to be quick, and nobody waits for more than some layers of it. Confined to the engine
 * thread.
 */
final class PromptPiece implements AutoCloseable {

    /** Of the layers that seem to fit, this part is computed before looking at the clock: they need not all be as quick as the last. */
    private static final double AT_ONCE = 0.25;

    private final ForwardPass pass;
    private final ReadingPace.Asked asked;
    private final int tokens;
    private final LongSupplier clock;
    private double nanos;
    private double perLayer;

    /**
     * @param asked how long it may be
     * @param tokens how long it is
     * @param perLayer nanoseconds that a layer is expected to take; 0 when nothing is known
     * @param clock in nanoseconds
     */
    PromptPiece(ForwardPass pass, ReadingPace.Asked asked, int tokens, double perLayer, LongSupplier clock) {
        this.pass = pass;
        this.asked = asked;
        this.tokens = tokens;
        this.perLayer = perLayer;
        this.clock = clock;
    }

    /**
     * Goes through as many layers as fit, but at least one.
     *
     * @param room nanoseconds
     */
    void advance(double room) {
        long began = clock.getAsLong();
        double used = 0;
        do {
            int fitting = perLayer == 0 ? 1 : (int) (AT_ONCE * (room - used) / perLayer);
            int count = Math.max(1, Math.min(fitting, pass.left()));
            pass.advance(count);
            double now = clock.getAsLong() - began;
            perLayer = (now - used) / count;
            used = now;
        } while (!done() && used + perLayer <= room);
        nanos += used;
    }

    boolean done() {
        return pass.left() == 0;
    }

    int tokens() {
        return tokens;
    }

    /** What a layer took of a token at last, in nanoseconds. */
    double perTokenAndLayer() {
        return perLayer / tokens;
    }

    /** Tells what it took. */
    void teach(ReadingPace pace) {
        pace.took(asked, tokens, nanos);
    }

    /** After the last layer; owned by the innermost scope. */
    MlxArray logits(Positions positions) {
        return pass.logits(positions);
    }

    @Override
    public void close() {
        pass.close();
    }
}
