package io.mlxmanager.engine.sample;

import java.util.Arrays;

/** The tokens that survive the filters, most likely first. Used once, by the sampler that made it. */
final class Candidates {

    /** exp(-40) of the best probability is less than a float can add to it. */
    private static final float NEGLIGIBLE = 40;

    /** A thousandth of the best probability. */
    private static final float LIKELY = 7;

    private static final int MOST_WITHOUT_SORTING = 64;

    private final int[] ids;
    private final float[] logits;
    private float best;
    private int kept;

    private Candidates(int[] ids, float[] logits, float best, int kept) {
        this.ids = ids;
        this.logits = logits;
        this.best = best;
        this.kept = kept;
    }

    /** @param excluding whether this is one of the times that top choices are excluded */
    static Candidates of(float[] logits, float best, SamplingOptions options, boolean excluding) {
        float floor = best - NEGLIGIBLE;
        if (options.minP() > 0) {
            floor = Math.max(floor, (float) (best + Math.log(options.minP())));
        }
        boolean massNeeded = options.topP() < 1;
        double mass = massNeeded ? mass(logits, best) : 0;
        boolean few = options.topK() > 0 && options.topK() <= MOST_WITHOUT_SORTING && !excluding;
        Candidates candidates;
        if (few) {
            candidates = among(Likeliest.of(logits, options.topK()), logits, best, floor);
        } else {
            // What is likely has most of the mass in most places: the long tail is rarely worth sorting.
            float nearer = massNeeded ? Math.max(floor, best - LIKELY) : floor;
            candidates = above(nearer, logits, best);
            if (nearer > floor && !candidates.reaches(options.topP(), mass)) {
                candidates = above(floor, logits, best);
            }
        }
        if (massNeeded) {
            candidates.keepTopP(options.topP(), mass);
        }
        if (excluding) {
            candidates.exclude(options.xtc());
        }
        if (options.topK() > 0) {
            candidates.kept = Math.min(candidates.kept, options.topK());
        }
        return candidates;
    }

    private static double mass(float[] logits, float best) {
        double mass = 0;
        for (float logit : logits) {
            if (logit > best - NEGLIGIBLE) {
                mass += Math.exp(logit - best);
            }
        }
        return mass;
    }

    /** Those of {@code ids}, likeliest first, that are not below the floor. */
    private static Candidates among(int[] ids, float[] logits, float best, float floor) {
        float[] sorted = new float[ids.length];
        int count = 0;
        while (count < ids.length && logits[ids[count]] >= floor) {
            sorted[count] = logits[ids[count]];
            count++;
        }
        return new Candidates(ids, sorted, best, count);
    }

    private static Candidates above(float floor, float[] logits, float best) {
        int count = 0;
        for (float logit : logits) {
            if (logit >= floor) {
                count++;
            }
        }
        long[] keys = new long[count];
        int next = 0;
        for (int i = 0; i < logits.length; i++) {
            if (logits[i] >= floor) {
                keys[next++] = descendingKey(logits[i], i);
            }
        }
        Arrays.sort(keys);
        int[] ids = new int[count];
        float[] sorted = new float[count];
        for (int i = 0; i < count; i++) {
            ids[i] = (int) keys[i];
            sorted[i] = logits[ids[i]];
        }
        return new Candidates(ids, sorted, best, count);
    }

    private boolean reaches(float topP, double mass) {
        double sum = 0;
        for (int i = 0; i < kept; i++) {
            sum += Math.exp(logits[i] - best) / mass;
        }
        return sum >= topP;
    }

    /** Of those above the threshold only the last stays, and those that are spared. */
    private void exclude(Xtc xtc) {
        double mass = 0;
        for (int i = 0; i < kept; i++) {
            mass += Math.exp(logits[i] - best);
        }
        int likely = 0;
        while (likely < kept && Math.exp(logits[likely] - best) / mass > xtc.threshold()) {
            likely++;
        }
        int to = 0;
        for (int i = 0; i < kept; i++) {
            if (i >= likely - 1 || xtc.spared().contains(ids[i])) {
                ids[to] = ids[i];
                logits[to++] = logits[i];
            }
        }
        kept = to;
        best = logits[0];
    }

    /** Orders by falling logit, then by rising id, so that equal logits sort the same on every machine. */
    private static long descendingKey(float logit, int id) {
        int bits = Float.floatToIntBits(logit);
        int ordered = bits >= 0 ? bits : bits ^ Integer.MAX_VALUE;
        return ((long) ~ordered << Integer.SIZE) | id;
    }

    /** Keeps the most likely tokens until their sum reaches {@code topP}; the one that crosses it stays. */
    private void keepTopP(float topP, double mass) {
        double sum = 0;
        for (int i = 0; i < kept; i++) {
            sum += Math.exp(logits[i] - best) / mass;
            if (sum >= topP) {
                kept = i + 1;
                return;
            }
        }
    }

    /**
     * @param uniform in [0, 1)
     * @return the id of the drawn token
     */
    int draw(float temperature, double uniform) {
        double[] cumulative = new double[kept];
        double sum = 0;
        for (int i = 0; i < kept; i++) {
            sum += Math.exp((logits[i] - best) / temperature);
            cumulative[i] = sum;
        }
        double target = uniform * sum;
        for (int i = 0; i < kept; i++) {
            if (target < cumulative[i]) {
                return ids[i];
            }
        }
        return ids[kept - 1];
    }
}
