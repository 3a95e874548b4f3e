package io.mlxmanager.engine.sample;

import java.util.Arrays;

/** The positions of the largest logits, found in one pass over them. */
final class Likeliest {

    private Likeliest() {}

    /**
     * @param most how many; more takes longer, a comparison for each logit and a few steps for each that is among the largest so far
     * @return the largest first, of equal ones the one with the lower id; numbers only
     */
    static int[] of(float[] logits, int most) {
        int[] ids = new int[most];
        float[] found = new float[most];
        int count = 0;
        for (int id = 0; id < logits.length; id++) {
            float logit = logits[id];
            if (!(logit > Float.NEGATIVE_INFINITY) || (count == most && logit <= found[most - 1])) {
                continue;
            }
            int at = count < most ? count++ : most - 1;
            while (at > 0 && found[at - 1] < logit) {
                found[at] = found[at - 1];
                ids[at] = ids[at - 1];
                at--;
            }
            found[at] = logit;
            ids[at] = id;
        }
        return Arrays.copyOf(ids, count);
    }
}
