package io.mlxmanager.mlx;

/**
 * How a {@link KvStore} keeps keys and values: in a floating type, or packed in 8 or 4 bits an element. Packed rows are cut
 * into groups of 64 elements, or of 32 where they do not divide into those; each group has a scale and a bias of half precision.
 *
 * @param dtype F16, BF16 or F32; of packed rows, what is kept instead where rows cannot be packed
 * @param bits 8 or 4 for packed rows; 0 for rows that are not
 */
public record KvFormat(Dtype dtype, int bits) {

    private static final int GROUP = 64;
    private static final int SMALL_GROUP = 32;

    public KvFormat {
        if (!dtype.isFloat()) {
            throw new MlxException("keys and values are floating, not " + dtype);
        }
        if (bits != 0 && bits != 4 && bits != 8) {
            throw new MlxException("keys and values cannot be packed in " + bits + " bits");
        }
    }

    /** Elements of that type, not packed. */
    public static KvFormat of(Dtype dtype) {
        return new KvFormat(dtype, 0);
    }

    public boolean packed() {
        return bits != 0;
    }

    /** This, or what it is for rows of so many elements if they cannot be packed. */
    public KvFormat forRows(int elements) {
        return packed() && elements % SMALL_GROUP != 0 ? of(dtype) : this;
    }

    /** Bytes of one row of so many elements, which may be one that cannot be packed. */
    public long rowBytes(int elements) {
        if (!forRows(elements).packed()) {
            return (long) elements * dtype.byteSize();
        }
        int groups = elements / (elements % GROUP == 0 ? GROUP : SMALL_GROUP);
        return (long) elements * bits / Byte.SIZE + 2L * Dtype.F16.byteSize() * groups;
    }

    /** The type, and the bits of packed rows. Names of blocks on disk stand on it. */
    @Override
    public String toString() {
        return packed() ? dtype + "/" + bits : dtype.toString();
    }
}
