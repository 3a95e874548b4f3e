package io.mlxmanager.engine.weights;

import io.mlxmanager.mlx.MlxException;
import io.mlxmanager.mlx.Quantization;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How a model's matrices are packed: one rule for all and exceptions by module path. A module is packed when its scales
 * are in the files and the configuration does not say {@code false} for it. Immutable.
 */
public final class QuantizationConfig {

    static final QuantizationConfig NONE = new QuantizationConfig(null, Map.of());

    private final Quantization rule;
    private final Map<String, Optional<Quantization>> exceptions;

    private QuantizationConfig(Quantization rule, Map<String, Optional<Quantization>> exceptions) {
        this.rule = rule;
        this.exceptions = Map.copyOf(exceptions);
    }

    /** Reads {@code quantization}, or the duplicate that other tools write as {@code quantization_config}. */
    public static QuantizationConfig of(JsonFile config) {
        Optional<JsonFile> section = config.optionalObject("quantization")
                .or(() -> config.optionalObject("quantization_config"))
                .or(() -> config.optionalObject("text_config")
                        .flatMap(text -> text.optionalObject("quantization_config")));
        if (section.isEmpty()) {
            return NONE;
        }
        JsonFile found = section.get();
        if (!found.has("bits") && found.has("quant_method")) {
            return new QuantizationConfig(ofMethod(found), Map.of());
        }
        Quantization rule = read(found, "affine", 64, 4);
        Map<String, Optional<Quantization>> exceptions = new HashMap<>();
        for (Map.Entry<String, JsonValue> entry : found.fields().entrySet()) {
            String at = found.name() + " " + entry.getKey();
            if (entry.getValue() instanceof JsonObject fields) {
                String mode = rule.mode().name().toLowerCase(java.util.Locale.ROOT);
                exceptions.put(
                        TensorNames.plain(entry.getKey()),
                        Optional.of(read(new JsonFile(at, fields), mode, rule.groupSize(), rule.bits())));
            } else if (entry.getValue().getValueType() == JsonValue.ValueType.FALSE) {
                exceptions.put(TensorNames.plain(entry.getKey()), Optional.empty());
            }
        }
        return new QuantizationConfig(rule, exceptions);
    }

    /** The packing that other tools' names for a method stand for, where it is one of MLX's. */
    private static Quantization ofMethod(JsonFile section) {
        String method = section.requiredString("quant_method");
        boolean nvfp4 = section.optionalString("format").orElse("").equals("nvfp4-pack-quantized");
        if (method.equals("mxfp4")) {
            return Quantization.of("mxfp4", 32, 4);
        }
        if (method.equals("compressed-tensors")) {
            return nvfp4 ? Quantization.of("nvfp4", 16, 4) : Quantization.affine(32, 4);
        }
        throw new ModelFormatException(section.name() + ": quant_method " + method + " is not an MLX format");
    }

    /**
     * The packing of a module that has scales.
     *
     * @param path module path, for example {@code model.layers.0.mlp.down_proj}
     * @throws ModelFormatException if the configuration has no quantisation, or says that this module has none
     */
    public Quantization of(String path) {
        Optional<Quantization> exception = exceptions.get(path);
        if (exception != null) {
            return exception.orElseThrow(() -> new ModelFormatException(
                    "config.json quantization: " + path + " is false, but the files hold scales"));
        }
        if (rule == null) {
            throw new ModelFormatException("config.json: no quantization, but the files hold scales of " + path);
        }
        return rule;
    }

    /** The general rule, if the model is packed at all. */
    public Optional<Quantization> rule() {
        return Optional.ofNullable(rule);
    }

    private static Quantization read(JsonFile section, String mode, int groupSize, int bits) {
        try {
            return Quantization.of(
                    section.optionalString("mode").orElse(mode),
                    section.optionalInt("group_size", 1, groupSize),
                    section.optionalInt("bits", 1, bits));
        } catch (MlxException e) {
            throw new ModelFormatException(section.name() + ": " + e.getMessage(), e);
        }
    }
}
