package io.mlxmanager.engine.weights;

import io.mlxmanager.mlx.Dtype;
import io.mlxmanager.mlx.MlxArray;
import io.mlxmanager.mlx.MlxScope;
import io.mlxmanager.mlx.Quantization;
import io.mlxmanager.mlx.WeightFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import java.util.function.Supplier;

/**
 * The tensors of one model folder, mapped from its safetensors files and handed out by name. Owns every array it hands
 * out: closing it frees them and unmaps the files. Confined to the engine thread.
 */
public final class ModelWeights implements AutoCloseable {

    private record Location(WeightFile file, TensorInfo tensor) {}

    private final String model;
    private final QuantizationConfig quantization;
    private final List<WeightFile> files = new ArrayList<>();
    private final Map<String, Location> locations = new HashMap<>();
    private final List<MlxArray> arrays = new ArrayList<>();
    private final IntConsumer percent;
    private long totalBytes;
    private long givenBytes;
    private int told = -1;

    private ModelWeights(String model, QuantizationConfig quantization, IntConsumer percent) {
        this.model = model;
        this.quantization = quantization;
        this.percent = percent;
    }

    /**
     * Maps all weight files of a folder, a single one or shards; an index file is not needed.
     *
     * @param percent hears how much of the bytes was handed out, each time a whole percent more
     * @throws ModelFormatException if there is none, one cannot be read, or two of them hold the same tensor
     */
    public static ModelWeights open(Path folder, QuantizationConfig quantization, IntConsumer percent) {
        ModelWeights weights = new ModelWeights(String.valueOf(folder.getFileName()), quantization, percent);
        try {
            for (Path path : WeightFiles.in(folder)) {
                SafetensorsHeader header = SafetensorsHeader.read(path);
                WeightFile file = WeightFile.map(path);
                weights.files.add(file);
                for (TensorInfo tensor : header.tensors().values()) {
                    weights.totalBytes += tensor.bytes();
                    Location twice = weights.locations.put(tensor.name(), new Location(file, tensor));
                    if (twice != null) {
                        throw new ModelFormatException(
                                header.file() + ": tensor " + tensor.name() + " is in two files");
                    }
                }
            }
            return weights;
        } catch (RuntimeException e) {
            weights.close();
            throw e;
        }
    }

    public boolean has(String name) {
        return locations.containsKey(name);
    }

    /** How the module of that path is packed; asked only when {@code path.scales} is there. */
    public Quantization quantization(String path) {
        return quantization.of(path);
    }

    /**
     * A tensor of any floating type.
     *
     * @param shape the one the configuration asks for
     * @throws ModelFormatException if the tensor is missing or has another shape or type
     */
    public MlxArray floats(String name, int... shape) {
        Location location = require(name, shape);
        if (!location.tensor.dtype().isFloat()) {
            throw new ModelFormatException(name + ": dtype " + location.tensor.dtype() + ", a floating type expected");
        }
        return load(location);
    }

    /** A tensor of exactly that type and shape. */
    public MlxArray typed(String name, Dtype dtype, int... shape) {
        Location location = require(name, shape);
        if (location.tensor.dtype() != dtype) {
            throw new ModelFormatException(name + ": dtype " + location.tensor.dtype() + ", " + dtype + " expected");
        }
        return load(location);
    }

    /** An array computed from tensors, which lives as long as they do. */
    public MlxArray derive(Supplier<MlxArray> made) {
        try (MlxScope scope = MlxScope.open()) {
            MlxArray array = made.get().keep();
            arrays.add(array);
            return array;
        }
    }

    private Location require(String name, int... shape) {
        Location location = locations.get(name);
        if (location == null) {
            throw new ModelFormatException(model + ": missing tensor " + name);
        }
        if (!Arrays.equals(location.tensor.dims(), shape)) {
            throw new ModelFormatException(name + ": shape " + location.tensor.shape() + " in the file, "
                    + Arrays.toString(shape) + " expected from config.json");
        }
        return location;
    }

    private MlxArray load(Location location) {
        TensorInfo tensor = location.tensor;
        try (MlxScope scope = MlxScope.open()) {
            MlxArray array = location.file
                    .array(tensor.name(), tensor.dtype(), tensor.dims(), tensor.offset())
                    .keep();
            arrays.add(array);
            tell(tensor.bytes());
            return array;
        }
    }

    private void tell(long bytes) {
        givenBytes += bytes;
        int now = (int) Math.min(100, 100 * givenBytes / totalBytes);
        if (now > told) {
            told = now;
            percent.accept(now);
        }
    }

    @Override
    public void close() {
        arrays.forEach(MlxArray::close);
        arrays.clear();
        files.forEach(WeightFile::close);
        files.clear();
    }
}
