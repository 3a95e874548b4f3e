package io.mlxmanager.mlx;

import java.util.List;
import java.util.Locale;

/**
 * How a weight matrix is packed: {@code groupSize} neighbours of a row share one scale (and, affine only, one bias) and
 * take {@code bits} bits each, as a little-endian bit stream per row of a U32 array.
 *
 * @param mode the meaning of codes and scales
 * @param groupSize elements that share a scale
 * @param bits bits per element
 */
public record Quantization(Mode mode, int groupSize, int bits) {

    /** The code is the one the native side uses; a test compares both lists. */
    public enum Mode {
        /** {@code w = scale * code + bias}, scales and biases in a floating type. */
        AFFINE(0),
        /** Groups of 32 four-bit floats (E2M1) with a power-of-two scale (E8M0 in U8). */
        MXFP4(1),
        /** Groups of 32 eight-bit floats (E4M3) with a power-of-two scale (E8M0 in U8). */
        MXFP8(2),
        /** Groups of 16 four-bit floats (E2M1) with an eight-bit float scale (E4M3 in U8). */
        NVFP4(3);

        private final int code;

        Mode(int code) {
            this.code = code;
        }

        int code() {
            return code;
        }
    }

    private static final List<Integer> AFFINE_GROUPS = List.of(32, 64, 128);
    private static final List<Integer> AFFINE_BITS = List.of(2, 3, 4, 5, 6, 8);

    public Quantization {
        boolean fits = switch (mode) {
            case AFFINE -> AFFINE_GROUPS.contains(groupSize) && AFFINE_BITS.contains(bits);
            case MXFP4 -> groupSize == 32 && bits == 4;
            case MXFP8 -> groupSize == 32 && bits == 8;
            case NVFP4 -> groupSize == 16 && bits == 4;
        };
        if (!fits) {
            throw new MlxException("quantization: mode " + mode.name().toLowerCase(Locale.ROOT)
                    + " does not exist with group size " + groupSize + " and " + bits + " bits");
        }
    }

    public static Quantization affine(int groupSize, int bits) {
        return new Quantization(Mode.AFFINE, groupSize, bits);
    }

    /**
     * The scheme a model's configuration means by a mode name and, where given, group size and bits.
     *
     * @param name {@code affine}, {@code mxfp4}, {@code mxfp8} or {@code nvfp4}
     */
    public static Quantization of(String name, int groupSize, int bits) {
        return switch (name) {
            case "affine" -> affine(groupSize, bits);
            case "mxfp4" -> new Quantization(Mode.MXFP4, groupSize, bits);
            case "mxfp8" -> new Quantization(Mode.MXFP8, groupSize, bits);
            case "nvfp4" -> new Quantization(Mode.NVFP4, groupSize, bits);
            default -> throw new MlxException("quantization: unknown mode \"" + name + "\"");
        };
    }

    public boolean hasBiases() {
        return mode == Mode.AFFINE;
    }
}
