package io.mlxmanager.engine.arch;

import io.mlxmanager.mlx.KvFormat;

/**
 * What some layers keep of one position: rows of one length.
 *
 * @param count rows of all those layers
 * @param elements of each
 */
public record KvRows(long count, int elements) {

    long bytes(KvFormat format) {
        return count * format.rowBytes(elements);
    }
}
