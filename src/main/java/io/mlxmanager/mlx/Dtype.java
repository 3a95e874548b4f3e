package io.mlxmanager.mlx;

import java.util.Locale;

/** Element type of an array. The code is the one the native side uses; a test compares both lists. */
public enum Dtype {
    BOOL(0, 1),
    U8(1, 1),
    U16(2, 2),
    U32(3, 4),
    U64(4, 8),
    I8(5, 1),
    I16(6, 2),
    I32(7, 4),
    I64(8, 8),
    F16(9, 2),
    BF16(10, 2),
    F32(11, 4);

    private static final Dtype[] BY_CODE = values();

    private final int code;
    private final int byteSize;

    Dtype(int code, int byteSize) {
        this.code = code;
        this.byteSize = byteSize;
    }

    int code() {
        return code;
    }

    static Dtype ofCode(int code) {
        if (code < 0 || code >= BY_CODE.length) {
            throw new MlxException("unknown dtype code " + code);
        }
        return BY_CODE[code];
    }

    /** Size of one element in bytes. */
    public int byteSize() {
        return byteSize;
    }

    public boolean isFloat() {
        return this == F16 || this == BF16 || this == F32;
    }

    /**
     * The dtype a safetensors header means. The eight-bit floats of the format are carried as {@link #U8}, as MLX does.
     *
     * @throws MlxException if arrays of that type cannot be held (F64, C64, or an unknown name)
     */
    public static Dtype ofSafetensors(String name) {
        return switch (name.toUpperCase(Locale.ROOT)) {
            case "BOOL" -> BOOL;
            case "U8", "F8_E4M3", "F8_E8M0" -> U8;
            case "U16" -> U16;
            case "U32" -> U32;
            case "U64" -> U64;
            case "I8" -> I8;
            case "I16" -> I16;
            case "I32" -> I32;
            case "I64" -> I64;
            case "F16" -> F16;
            case "BF16" -> BF16;
            case "F32" -> F32;
            default -> throw new MlxException("unsupported safetensors dtype \"" + name + "\"");
        };
    }
}
