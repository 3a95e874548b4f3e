package io.mlxmanager.engine.sample;

import java.util.Set;

/**
 * Excludes top choices: of the tokens that are likely, now and then only the least likely one stays.
 *
 * @param probability that it happens, for each token; 0 switches it off
 * @param threshold probability above which a token is likely, 0 to 0.5
 * @param spared ids that always stay, such as those that end a line or an answer
 */
public record Xtc(float probability, float threshold, Set<Integer> spared) {

    public static final Xtc NONE = new Xtc(0, 0.1f, Set.of());

    public Xtc {
        if (!(probability >= 0 && probability <= 1)) {
            throw new IllegalArgumentException("xtc_probability must not be " + probability);
        }
        if (!(threshold >= 0 && threshold <= 0.5)) {
            throw new IllegalArgumentException("xtc_threshold must not be " + threshold);
        }
        spared = Set.copyOf(spared);
    }
}
