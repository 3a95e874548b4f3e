package io.mlxmanager.engine.arch;

import io.mlxmanager.mlx.Dtype;
import io.mlxmanager.mlx.MlxArray;
import io.mlxmanager.mlx.MlxScope;
import io.mlxmanager.mlx.Ops;
import io.mlxmanager.mlx.QuantOps;
import io.mlxmanager.mlx.Quantization;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** A small model folder with random weights, the same for the same seed; and the weights, for whoever checks it. */
public final class Fixture {

    private final Map<String, float[]> tensors = new LinkedHashMap<>();
    private final Map<String, int[]> words = new LinkedHashMap<>();
    private final Map<String, byte[]> codes = new LinkedHashMap<>();
    private final Map<String, float[]> unpacked = new LinkedHashMap<>();
    private final Map<String, int[]> shapes = new LinkedHashMap<>();
    private final SplittableRandom random;
    private final Dtype type;

    public Fixture(long seed) {
        this(seed, Dtype.F32);
    }

    /** @param type of everything that is not packed, and of scales: F32 or BF16 */
    Fixture(long seed, Dtype type) {
        this.random = new SplittableRandom(seed);
        this.type = type;
    }

    /** Adds a tensor of numbers around a centre. */
    public Fixture tensor(String name, double centre, double spread, int... shape) {
        int size = 1;
        for (int axis : shape) {
            size *= axis;
        }
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = rounded((float) (centre + spread * random.nextGaussian()));
        }
        tensors.put(name, values);
        shapes.put(name, shape);
        return this;
    }

    private float rounded(float value) {
        int bits = Float.floatToIntBits(value);
        return type == Dtype.BF16 ? Float.intBitsToFloat((bits + 0x7fff + (bits >> 16 & 1)) & 0xffff0000) : value;
    }

    /** Adds a matrix, or a stack of them, packed to four bits in groups of 32. */
    Fixture packed(String path, double spread, int... shape) {
        return packed(path, Quantization.of("affine", 32, 4), spread, shape);
    }

    /** Adds a packed matrix, or a stack of them. What it says after packing is the value of {@code path.weight}. */
    Fixture packed(String path, Quantization packing, double spread, int... shape) {
        String name = path + ".weight";
        tensor(name, 0, spread, shape);
        float[] values = tensors.remove(name);
        try (MlxScope scope = MlxScope.open()) {
            QuantOps.Quantized packed = QuantOps.quantize(Ops.astype(Ops.fromFloats(values, shape), type), packing);
            MlxArray back = QuantOps.dequantize(packed.weight(), packed.scales(), packed.biases(), packing, Dtype.F32);
            words.put(name, packed.weight().toInts());
            shapes.put(name, packed.weight().shape());
            shapes.put(path + ".scales", packed.scales().shape());
            if (packed.biases() == null) {
                codes.put(path + ".scales", packed.scales().toBytes());
            } else {
                tensors.put(path + ".scales", packed.scales().toFloats());
                tensors.put(path + ".biases", packed.biases().toFloats());
                shapes.put(path + ".biases", packed.biases().shape());
            }
            unpacked.put(name, back.toFloats());
        }
        return this;
    }

    public boolean has(String name) {
        return shapes.containsKey(name);
    }

    public double[] values(String name) {
        float[] values = unpacked.getOrDefault(name, tensors.get(name));
        if (values == null) {
            throw new IllegalArgumentException("no tensor " + name);
        }
        return wide(values);
    }

    private static double[] wide(float[] values) {
        double[] wide = new double[values.length];
        for (int i = 0; i < wide.length; i++) {
            wide[i] = values[i];
        }
        return wide;
    }

    void remove(String name) {
        tensors.remove(name);
        words.remove(name);
        codes.remove(name);
        shapes.remove(name);
    }

    /** Puts other numbers in place of a tensor's. */
    void replace(String name, double[] values) {
        float[] narrow = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            narrow[i] = (float) values[i];
        }
        tensors.put(name, narrow);
    }

    /** The same without one tensor. */
    Fixture without(String name) {
        Fixture rest = new Fixture(0, type);
        rest.tensors.putAll(tensors);
        rest.words.putAll(words);
        rest.codes.putAll(codes);
        rest.shapes.putAll(shapes);
        rest.remove(name);
        return rest;
    }

    /** The bytes of a tensor as they lie in the file. */
    byte[] bytes(String name) {
        return bytesOf(name);
    }

    int[] shape(String name) {
        return shapes.get(name);
    }

    /** Adds a tensor of bytes. */
    Fixture bytes(String name, byte[] values, int... shape) {
        codes.put(name, values);
        shapes.put(name, shape);
        return this;
    }

    /** Adds a tensor of these numbers. */
    Fixture values(String name, float[] values, int... shape) {
        tensors.put(name, values);
        shapes.put(name, shape);
        return this;
    }

    /** The same under other names. */
    Fixture renamed(UnaryOperator<String> names) {
        Fixture other = new Fixture(0, type);
        tensors.forEach((name, values) -> other.tensors.put(names.apply(name), values));
        words.forEach((name, values) -> other.words.put(names.apply(name), values));
        codes.forEach((name, values) -> other.codes.put(names.apply(name), values));
        shapes.forEach((name, shape) -> other.shapes.put(names.apply(name), shape));
        return other;
    }

    public void write(Path folder, JsonObject config) {
        write(folder, config, 1);
    }

    /** @param shards files that the tensors are shared out to, without an index */
    void write(Path folder, JsonObject config, int shards) {
        List<Shard> files = Stream.generate(Shard::new).limit(shards).toList();
        int next = 0;
        for (String name : shapes.keySet()) {
            files.get(next++ % shards).add(name, dtypeOf(name), shapes.get(name), bytesOf(name));
        }
        try {
            Files.createDirectories(folder);
            for (int i = 0; i < shards; i++) {
                String name = shards == 1
                        ? "model.safetensors"
                        : String.format(Locale.ROOT, "model-%05d-of-%05d.safetensors", i + 1, shards);
                Files.write(folder.resolve(name), files.get(i).bytes());
            }
            Files.writeString(folder.resolve("config.json"), config.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String dtypeOf(String name) {
        return words.containsKey(name) ? "U32" : codes.containsKey(name) ? "U8" : type.name();
    }

    private byte[] bytesOf(String name) {
        if (codes.containsKey(name)) {
            return codes.get(name);
        }
        int[] ints = words.get(name);
        float[] floats = tensors.get(name);
        int count = ints == null ? floats.length : ints.length;
        int size = ints == null ? type.byteSize() : Integer.BYTES;
        ByteBuffer bytes = ByteBuffer.allocate(size * count).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
            int bits = ints == null ? Float.floatToIntBits(floats[i]) : ints[i];
            if (size == 2) {
                bytes.putShort((short) (bits >> 16));
            } else {
                bytes.putInt(bits);
            }
        }
        return bytes.array();
    }

    /** One safetensors file in the making. */
    private static final class Shard {

        private final JsonObjectBuilder header = Json.createObjectBuilder();
        private final ByteArrayOutputStream data = new ByteArrayOutputStream();

        void add(String name, String dtype, int[] dims, byte[] bytes) {
            JsonArrayBuilder shape = Json.createArrayBuilder();
            for (int axis : dims) {
                shape.add(axis);
            }
            long at = data.size();
            data.writeBytes(bytes);
            header.add(
                    name,
                    Json.createObjectBuilder()
                            .add("dtype", dtype)
                            .add("shape", shape)
                            .add(
                                    "data_offsets",
                                    Json.createArrayBuilder().add(at).add(data.size())));
        }

        byte[] bytes() {
            byte[] text = header.build().toString().getBytes(StandardCharsets.UTF_8);
            return ByteBuffer.allocate(8 + text.length + data.size())
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(text.length)
                    .put(text)
                    .put(data.toByteArray())
                    .array();
        }
    }
}
