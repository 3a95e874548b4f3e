package io.mlxmanager.engine.sample;

import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Chooses the next token of one sequence, in the order mlx-lm uses: logit bias, penalties, then top-p, min-p, exclusions (xtc) and top-k on
 * the probabilities at temperature 1, then a draw at the asked temperature. Owns the sequence's random generator, so that
 * a seed gives the same text whatever else the machine is doing. Confined to one thread.
 */
public final class Sampler {

    /** mlx-lm's window for penalties. */
    private static final int PENALTY_WINDOW = 20;

    /** A model that writes JSON rarely has another idea first so many times. */
    private static final int ASKED_FIRST = 16;

    private final SamplingOptions options;
    private final SplittableRandom random;
    private final RecentTokens recent = new RecentTokens(PENALTY_WINDOW);

    public Sampler(SamplingOptions options) {
        this.options = options;
        this.random =
                options.seed().isPresent() ? new SplittableRandom(options.seed().getAsLong()) : new SplittableRandom();
    }

    /** Whether {@link #observe} suffices and the caller may take the position of the largest logit itself. */
    public boolean plainGreedy() {
        return options.plainGreedy();
    }

    /** Adds a token of the prompt or the answer to what penalties look at. */
    public void observe(int id) {
        recent.add(id);
    }

    /**
     * @param logits one per vocabulary entry; bias and penalties are in them afterwards, the temperature is not
     * @throws IllegalArgumentException if no logit is a number, or none but minus infinity
     */
    public int choose(float[] logits) {
        return choose(logits, Optional.empty());
    }

    /**
     * As {@link #choose(float[])}, among some tokens only: what is not allowed is out before filters count what is likely.
     * Likelihoods that are told of the logits afterwards are those of the model, without the constraint.
     */
    public int choose(float[] logits, Optional<TokenConstraint> constraint) {
        options.logitBias().forEach((id, bias) -> {
            if (id >= 0 && id < logits.length) {
                logits[id] += bias;
            }
        });
        if (options.penalised()) {
            penalise(logits);
        }
        if (options.temperature() == 0) {
            return constraint.map(allowed -> likeliest(logits, allowed)).orElseGet(() -> argmax(logits));
        }
        float[] open = constraint.map(allowed -> allowed.mask().applied(logits)).orElse(logits);
        int best = argmax(open);
        if (open[best] == Float.NEGATIVE_INFINITY) {
            throw new IllegalArgumentException("no token is possible");
        }
        boolean excluding = options.xtc().probability() > 0
                && random.nextDouble() < options.xtc().probability();
        Candidates candidates = Candidates.of(open, open[best], options, excluding);
        return candidates.draw(options.temperature(), random.nextDouble());
    }

    /** Asking for the few likeliest costs less than the mask, which has to be made first where nobody stood before. */
    private static int likeliest(float[] logits, TokenConstraint constraint) {
        for (int id : Likeliest.of(logits, ASKED_FIRST)) {
            if (constraint.allows(id)) {
                return id;
            }
        }
        return argmax(constraint.mask().applied(logits));
    }

    private void penalise(float[] logits) {
        for (Map.Entry<Integer, Integer> entry : recent.counts().entrySet()) {
            int id = entry.getKey();
            if (id < 0 || id >= logits.length) {
                continue;
            }
            float logit = logits[id];
            logit = logit < 0 ? logit * options.repetitionPenalty() : logit / options.repetitionPenalty();
            logits[id] = logit - options.presencePenalty() - options.frequencyPenalty() * entry.getValue();
        }
    }

    private static int argmax(float[] logits) {
        int best = -1;
        for (int i = 0; i < logits.length; i++) {
            if (best < 0 ? !Float.isNaN(logits[i]) : logits[i] > logits[best]) {
                best = i;
            }
        }
        if (best < 0) {
            throw new IllegalArgumentException("no logit is a number");
        }
        return best;
    }
}
