package io.mlxmanager.engine.arch.decoder;

import io.mlxmanager.engine.weights.JsonFile;
import io.mlxmanager.engine.weights.ModelFormatException;
import java.util.Optional;

/**
 * How positions turn the queries and keys of a layer.
 *
 * @param dims leading elements of a head that turn
 * @param traditional true for neighbouring pairs, false for halves
 * @param base wavelength base
 * @param scale factor on the position
 * @param wavelengths {@code [dims / 2]} divisors of the position, in place of those that follow from the base; or null
 * @param magnitude factor on what turns
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record RopePlan(
        int dims, boolean traditional, double base, double scale, float[] wavelengths, double magnitude) {

    /** Unscaled positions. */
    public static RopePlan plain(int dims, boolean traditional, double base) {
        return new RopePlan(dims, traditional, base, 1, null, 1);
    }

    /**
     * What config.json says under {@code rope_parameters} or {@code rope_scaling}: default, linear, dynamic, llama3, yarn,
     * longrope or proportional.
     *
     * @param absentBase wavelength base of a family whose configuration names none
     * @throws ModelFormatException naming a variant that is not known, or a field that is missing
     */
    public static RopePlan of(JsonFile config, int dims, boolean traditional, double absentBase) {
        Optional<JsonFile> section =
                config.optionalObject("rope_parameters").or(() -> config.optionalObject("rope_scaling"));
        double base = config.positiveFloat("rope_theta", (float) absentBase);
        if (section.isEmpty()) {
            return plain(dims, traditional, base);
        }
        return of(config, section.get(), dims, traditional, base);
    }

    /**
     * What a section of config.json says.
     *
     * @param absentBase wavelength base where the section names none
     */
    public static RopePlan of(JsonFile config, JsonFile scaling, int dims, boolean traditional, double absentBase) {
        double base = scaling.positiveFloat("rope_theta", (float) absentBase);
        String type = scaling.optionalString("type")
                .or(() -> scaling.optionalString("rope_type"))
                .orElse("default");
        return switch (type) {
            // Beyond the length a model was made for, dynamic changes the base; nothing is served beyond it.
            case "default", "mrope", "dynamic" -> plain(dims, traditional, base);
            case "linear" ->
                new RopePlan(dims, traditional, base, 1 / (double) scaling.positiveFloat("factor", 1), null, 1);
            case "llama3" -> llama3(scaling, dims, traditional, base);
            case "yarn", "deepseek_yarn", "telechat3-yarn" -> yarn(config, scaling, dims, traditional, base);
            case "longrope", "su" -> longrope(config, scaling, dims, traditional, base);
            case "proportional" -> proportional(scaling, dims, traditional, base);
            default -> throw new ModelFormatException(scaling.name() + ": type " + type + " is not supported");
        };
    }

    private static double[] wavelengths(int dims, double base) {
        double[] plain = new double[dims / 2];
        for (int i = 0; i < plain.length; i++) {
            plain[i] = Math.pow(base, 2.0 * i / dims);
        }
        return plain;
    }

    private static float[] floats(double[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }

    private static RopePlan llama3(JsonFile scaling, int dims, boolean traditional, double base) {
        double factor = scaling.positiveFloat("factor", 1);
        double low = scaling.positiveFloat("low_freq_factor", 1);
        double high = scaling.positiveFloat("high_freq_factor", 4);
        double original = scaling.optionalInt("original_max_position_embeddings", 1, 8192);
        double[] waves = wavelengths(dims, base);
        for (int i = 0; i < waves.length; i++) {
            double turns = original / (2 * Math.PI * waves[i]);
            if (turns < low) {
                waves[i] *= factor;
            } else if (turns < high) {
                double smooth = (turns - low) / (high - low);
                waves[i] /= (1 - smooth) / factor + smooth;
            }
        }
        return new RopePlan(dims, traditional, base, 1, floats(waves), 1);
    }

    private static RopePlan yarn(JsonFile config, JsonFile scaling, int dims, boolean traditional, double base) {
        double factor = scaling.positiveFloat("factor", 1);
        int original = scaling.optionalInt(
                "original_max_position_embeddings", 1, config.optionalInt("original_max_position_embeddings", 1, 4096));
        double first = Math.floor(turning(scaling.positiveFloat("beta_fast", 32), original, dims, base));
        double last = Math.ceil(turning(scaling.positiveFloat("beta_slow", 1), original, dims, base));
        first = Math.max(first, 0);
        last = Math.min(last, dims - 1.0);
        double span = first == last ? 0.001 : last - first;
        double[] waves = wavelengths(dims, base);
        for (int i = 0; i < waves.length; i++) {
            double stretched = Math.min(1, Math.max(0, (i - first) / span));
            waves[i] = 1 / ((1 - stretched) / waves[i] + stretched / (factor * waves[i]));
        }
        double magnitude =
                magnitude(factor, scaling.number("mscale", 1)) / magnitude(factor, scaling.number("mscale_all_dim", 0));
        return new RopePlan(dims, traditional, base, 1, floats(waves), magnitude);
    }

    /** The pair that makes so many turns over the original length. */
    private static double turning(double turns, int original, int dims, double base) {
        return dims * Math.log(original / (turns * 2 * Math.PI)) / (2 * Math.log(base));
    }

    private static double magnitude(double factor, double weight) {
        return factor <= 1 ? 1 : 0.1 * weight * Math.log(factor) + 1;
    }

    /** A part of the pairs turns, with the wavelengths it has among all of them; the others stand still. */
    private static RopePlan proportional(JsonFile scaling, int dims, boolean traditional, double base) {
        double factor = scaling.positiveFloat("factor", 1);
        int turning = (int) (dims * scaling.positiveFloat("partial_rotary_factor", 1));
        if (turning > dims) {
            throw new ModelFormatException(
                    scaling.name() + ": partial_rotary_factor leaves " + turning + " of " + dims);
        }
        double[] waves = wavelengths(dims, base);
        for (int i = 0; i < waves.length; i++) {
            waves[i] = 2 * i < turning ? factor * waves[i] : Double.POSITIVE_INFINITY;
        }
        return new RopePlan(dims, traditional, base, 1, floats(waves), 1);
    }

    private static RopePlan longrope(JsonFile config, JsonFile scaling, int dims, boolean traditional, double base) {
        int most = config.optionalInt("max_position_embeddings", 1, 131_072);
        int original = config.optionalInt(
                "original_max_position_embeddings",
                2,
                scaling.optionalInt("original_max_position_embeddings", 2, 4096));
        double[] factors = scaling.positiveNumbers("long_factor", dims / 2);
        double[] waves = wavelengths(dims, base);
        for (int i = 0; i < waves.length; i++) {
            waves[i] *= factors[i];
        }
        double factor = (double) most / original;
        double magnitude = factor <= 1 ? 1 : Math.sqrt(1 + Math.log(factor) / Math.log(original));
        return new RopePlan(dims, traditional, base, 1, floats(waves), magnitude);
    }
}
