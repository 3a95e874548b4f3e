package io.mlxmanager.engine.weights;

import io.mlxmanager.mlx.Dtype;
import io.mlxmanager.mlx.MlxArray;
import io.mlxmanager.mlx.MlxScope;
import io.mlxmanager.mlx.Ops;
import io.mlxmanager.mlx.Quantization;
import io.mlxmanager.mlx.WeightFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The tensors of one model folder, mapped from its safetensors files and handed out by name. Owns every array it hands
 * out: closing it frees them and unmaps the files. Confined to the engine thread.
 */
public final class ModelWeights implements AutoCloseable {

    private static final Pattern LAYER = Pattern.compile("layers\\.(\\d+)\\.");

    private record Location(WeightFile file, String fileName, TensorInfo tensor) {

        ModelFormatException wrong(String fault) {
            return new ModelFormatException(fileName + ": " + layer(tensor.name()) + tensor.name() + ": " + fault);
        }
    }

    private final String model;
    private final QuantizationConfig quantization;
    private final List<WeightFile> files = new ArrayList<>();
    private final Map<String, Location> locations = new HashMap<>();
    private final Map<Class<?>, Object> companions = new HashMap<>();
    private final List<MlxArray> arrays = new ArrayList<>();
    private UnaryOperator<String> names = name -> name;
    private final IntConsumer percent;
    private long totalBytes;
    private long givenBytes;
    private int told = -1;

    /** Name of the file that was mapped last: of the only one, where there is one. */
    private String onlyFile = "";

    private ModelWeights(String model, QuantizationConfig quantization, IntConsumer percent) {
        this.model = model;
        this.quantization = quantization;
        this.percent = percent;
    }

    /**
     * Maps all weight files of a folder, a single one or shards; an index file is not needed. Tensors of the text part of a
     * vision model go by the names they have in a model for text alone.
     *
     * @param percent hears how much of the bytes was handed out, each time a whole percent more
     * @throws ModelFormatException if there is none, one cannot be read, or two of them hold the same tensor
     */
    public static ModelWeights open(Path folder, QuantizationConfig quantization, IntConsumer percent) {
        ModelWeights weights = new ModelWeights(String.valueOf(folder.getFileName()), quantization, percent);
        try {
            WeightFiles.in(folder).forEach(weights::map);
            return weights;
        } catch (RuntimeException e) {
            weights.close();
            throw e;
        }
    }

    /**
     * Maps one file whose tensors are not packed.
     *
     * @throws ModelFormatException if it cannot be read
     */
    public static ModelWeights openFile(Path path) {
        if (!Files.isRegularFile(path)) {
            throw new ModelFormatException(path.getParent().getFileName() + ": missing " + path.getFileName());
        }
        ModelWeights weights =
                new ModelWeights(String.valueOf(path.getFileName()), QuantizationConfig.NONE, percent -> {});
        try {
            weights.map(path);
            return weights;
        } catch (RuntimeException e) {
            weights.close();
            throw e;
        }
    }

    private void map(Path path) {
        SafetensorsHeader header = SafetensorsHeader.read(path);
        WeightFile file = WeightFile.map(path);
        files.add(file);
        onlyFile = header.file();
        for (TensorInfo tensor : header.tensors().values()) {
            totalBytes += tensor.bytes();
            Location location = new Location(file, header.file(), tensor);
            Location twice = locations.put(TensorNames.plain(tensor.name()), location);
            if (twice != null) {
                throw location.wrong("is in " + twice.fileName + " too");
            }
        }
    }

    /** Says how what is asked for is called in the files. */
    public void named(UnaryOperator<String> names) {
        this.names = names;
    }

    /** How a tensor or module is called in the files. */
    public String inFile(String name) {
        return names.apply(name);
    }

    /** Names of all tensors, as they are in the files. */
    public Set<String> names() {
        return Set.copyOf(locations.keySet());
    }

    /** Something of which there is one for each model's weights, made when it is first asked for. */
    public <T> T companion(Class<T> type, Supplier<T> made) {
        return type.cast(companions.computeIfAbsent(type, absent -> made.get()));
    }

    public boolean has(String name) {
        return locations.containsKey(inFile(name));
    }

    /**
     * The shape of a tensor.
     *
     * @throws ModelFormatException if it is missing
     */
    public int[] shape(String name) {
        Location location = locations.get(inFile(name));
        if (location == null) {
            throw missing(name);
        }
        return location.tensor.dims().clone();
    }

    /** How the module of that path is packed; asked only when {@code path.scales} is there. */
    public Quantization quantization(String path) {
        return quantization.of(inFile(path));
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
            throw location.wrong("dtype " + location.tensor.dtype() + ", a floating type expected");
        }
        return load(location);
    }

    /** A tensor of exactly that type and shape. */
    public MlxArray typed(String name, Dtype dtype, int... shape) {
        Location location = require(name, shape);
        if (location.tensor.dtype() != dtype) {
            throw location.wrong("dtype " + location.tensor.dtype() + ", " + dtype + " expected");
        }
        return load(location);
    }

    /**
     * A tensor of bytes as packed words.
     *
     * @param shape of the words; the file may cut the last axis into blocks of bytes
     */
    public MlxArray words(String name, int... shape) {
        Location location = locations.get(inFile(name));
        if (location == null) {
            throw missing(name);
        }
        long count = Arrays.stream(shape).asLongStream().reduce(1, Math::multiplyExact);
        if (location.tensor.dtype() != Dtype.U8 || location.tensor.bytes() != count * Integer.BYTES) {
            throw location.wrong(location.tensor.dtype() + " of shape " + location.tensor.shape()
                    + " in the file, bytes for words of shape " + Arrays.toString(shape) + " expected");
        }
        return load(location, Dtype.U32, shape);
    }

    /** An array computed from tensors, which lives as long as they do. */
    public MlxArray derive(Supplier<MlxArray> made) {
        try (MlxScope scope = MlxScope.open()) {
            MlxArray array = made.get().keep();
            arrays.add(array);
            return array;
        }
    }

    /** Arrays of one shape as one with another axis in front; they are no longer kept by themselves. */
    public MlxArray stack(MlxArray... parts) {
        MlxArray stacked = derive(() -> {
            MlxArray[] rows = new MlxArray[parts.length];
            for (int i = 0; i < parts.length; i++) {
                rows[i] = Ops.expandDims(parts[i], 0);
            }
            return Ops.concatenate(0, rows);
        });
        Ops.eval(stacked);
        for (MlxArray part : parts) {
            arrays.remove(part);
            part.close();
        }
        return stacked;
    }

    private Location require(String name, int... shape) {
        Location location = locations.get(inFile(name));
        if (location == null) {
            throw missing(name);
        }
        if (!Arrays.equals(location.tensor.dims(), shape)) {
            throw location.wrong("shape " + location.tensor.shape() + " in the file, " + Arrays.toString(shape)
                    + " expected from config.json");
        }
        return location;
    }

    private ModelFormatException missing(String name) {
        return new ModelFormatException(model + ": " + layer(name) + "missing tensor " + inFile(name) + " in "
                + (files.size() == 1 ? onlyFile : files.size() + " weight files"));
    }

    /** {@code layer 3: } for what belongs to a layer, else nothing. */
    private static String layer(String name) {
        Matcher layer = LAYER.matcher(name);
        return layer.find() ? "layer " + layer.group(1) + ": " : "";
    }

    private MlxArray load(Location location) {
        return load(location, location.tensor.dtype(), location.tensor.dims());
    }

    private MlxArray load(Location location, Dtype dtype, int... shape) {
        try (MlxScope scope = MlxScope.open()) {
            MlxArray array = location.file
                    .array(location.tensor.name(), dtype, shape, location.tensor.offset())
                    .keep();
            arrays.add(array);
            tell(location.tensor.bytes());
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
