package io.mlxmanager.engine.sample;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How likely a token was, and which ones were the most likely in its place.
 *
 * @param chosen the token that was taken
 * @param top the most likely ones, best first; the chosen one is among them only if it belongs there
 */
public record TokenLogprobs(Entry chosen, List<Entry> top) {

    /**
     * @param id of a token
     * @param logprob natural logarithm of its probability; minus infinity for a token that was ruled out
     */
    public record Entry(int id, double logprob) {}

    public TokenLogprobs {
        top = List.copyOf(top);
    }

    /**
     * The log-softmax of logits at temperature 1.
     *
     * @param logits one per vocabulary entry, not changed
     * @param top how many of the most likely tokens are wanted; equal ones go by rising id
     */
    public static TokenLogprobs of(float[] logits, int chosen, int top) {
        double best = best(logits);
        double mass = Math.log(mass(logits, best));
        List<Entry> entries = new ArrayList<>();
        for (int id : largest(logits, top)) {
            entries.add(new Entry(id, logits[id] - best - mass));
        }
        return new TokenLogprobs(new Entry(chosen, logits[chosen] - best - mass), entries);
    }

    private static double best(float[] logits) {
        float best = Float.NEGATIVE_INFINITY;
        for (float logit : logits) {
            best = logit > best ? logit : best;
        }
        return best;
    }

    private static double mass(float[] logits, double best) {
        double sum = 0;
        for (float logit : logits) {
            if (!Float.isNaN(logit)) {
                sum += Math.exp(logit - best);
            }
        }
        return sum;
    }

    private static int[] largest(float[] logits, int most) {
        int[] ids = new int[Math.min(most, logits.length)];
        int filled = 0;
        for (int id = 0; id < logits.length && ids.length > 0; id++) {
            if (Float.isNaN(logits[id]) || (filled == ids.length && !(logits[id] > logits[ids[filled - 1]]))) {
                continue;
            }
            filled = Math.min(filled + 1, ids.length);
            int at = filled - 1;
            while (at > 0 && logits[id] > logits[ids[at - 1]]) {
                ids[at] = ids[at - 1];
                at--;
            }
            ids[at] = id;
        }
        return Arrays.copyOf(ids, filled);
    }
}
