package io.mlxmanager.engine.embed;

import io.mlxmanager.engine.weights.JsonFile;
import io.mlxmanager.engine.weights.ModelFormatException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** How the vectors of a text's tokens become one. */
public enum Pooling {
    FIRST {
        @Override
        double[] pool(float[] states, int from, int tokens, int features) {
            return row(states, from, features);
        }
    },
    LAST {
        @Override
        double[] pool(float[] states, int from, int tokens, int features) {
            return row(states, from + (tokens - 1) * features, features);
        }
    },
    MEAN {
        @Override
        double[] pool(float[] states, int from, int tokens, int features) {
            return weighed(states, from, tokens, features, false, tokens);
        }
    },
    /** The sum, divided by the root of the number. */
    MEAN_ROOT {
        @Override
        double[] pool(float[] states, int from, int tokens, int features) {
            return weighed(states, from, tokens, features, false, Math.sqrt(tokens));
        }
    },
    /** The mean in which the second token counts twice as much as the first, and so on. */
    RISING_MEAN {
        @Override
        double[] pool(float[] states, int from, int tokens, int features) {
            return weighed(states, from, tokens, features, true, tokens * (tokens + 1.0) / 2);
        }
    },
    MAX {
        @Override
        double[] pool(float[] states, int from, int tokens, int features) {
            double[] most = row(states, from, features);
            for (int t = 1; t < tokens; t++) {
                for (int i = 0; i < features; i++) {
                    most[i] = Math.max(most[i], states[from + t * features + i]);
                }
            }
            return most;
        }
    };

    private static final Map<String, Pooling> BY_FIELD = Map.of(
            "pooling_mode_cls_token", FIRST,
            "pooling_mode_lasttoken", LAST,
            "pooling_mode_mean_tokens", MEAN,
            "pooling_mode_mean_sqrt_len_tokens", MEAN_ROOT,
            "pooling_mode_weightedmean_tokens", RISING_MEAN,
            "pooling_mode_max_tokens", MAX);

    private static final Map<String, Pooling> BY_WORD = Map.of(
            "cls", FIRST,
            "lasttoken", LAST,
            "mean", MEAN,
            "mean_sqrt_len_tokens", MEAN_ROOT,
            "weightedmean", RISING_MEAN,
            "max", MAX);

    /**
     * What a module's config.json says.
     *
     * @throws ModelFormatException when it names none, or several at once
     */
    static Pooling of(JsonFile config) {
        if (config.has("pooling_mode")) {
            String word = config.requiredString("pooling_mode");
            Pooling named = BY_WORD.get(word);
            if (named == null) {
                throw new ModelFormatException(config.name() + ": pooling_mode " + word + " is not supported");
            }
            return named;
        }
        List<Pooling> asked = new ArrayList<>();
        BY_FIELD.forEach((field, pooling) -> {
            if (config.optionalBoolean(field, false)) {
                asked.add(pooling);
            }
        });
        if (asked.size() != 1) {
            throw new ModelFormatException(
                    config.name() + ": one pooling_mode is supported at a time, found " + asked.size());
        }
        return asked.get(0);
    }

    /**
     * @param states vectors one behind the other
     * @param from where the text's first vector begins
     */
    abstract double[] pool(float[] states, int from, int tokens, int features);

    private static double[] row(float[] states, int from, int features) {
        double[] row = new double[features];
        for (int i = 0; i < features; i++) {
            row[i] = states[from + i];
        }
        return row;
    }

    private static double[] weighed(
            float[] states, int from, int tokens, int features, boolean rising, double divisor) {
        double[] sum = new double[features];
        for (int t = 0; t < tokens; t++) {
            double weight = rising ? t + 1 : 1;
            for (int i = 0; i < features; i++) {
                sum[i] += weight * states[from + t * features + i];
            }
        }
        for (int i = 0; i < features; i++) {
            sum[i] /= divisor;
        }
        return sum;
    }
}
