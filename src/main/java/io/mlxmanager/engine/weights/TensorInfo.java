package io.mlxmanager.engine.weights;

import io.mlxmanager.mlx.Dtype;
import java.util.List;

/**
 * Where one tensor lies.
 *
 * @param name as in the file
 * @param dtype element type
 * @param shape lengths of the axes, outermost first
 * @param offset of the first byte, from the start of the file
 * @param bytes length, equal to the product of shape and element size
 */
public record TensorInfo(String name, Dtype dtype, List<Integer> shape, long offset, long bytes) {

    public TensorInfo {
        shape = List.copyOf(shape);
    }

    public int[] dims() {
        return shape.stream().mapToInt(Integer::intValue).toArray();
    }
}
