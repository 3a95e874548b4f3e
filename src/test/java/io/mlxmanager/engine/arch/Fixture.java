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
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/** A small model folder with random float32 weights, the same for the same seed; and the weights, for whoever checks it. */
final class Fixture {

    private final Map<String, float[]> tensors = new LinkedHashMap<>();
    private final Map<String, int[]> words = new LinkedHashMap<>();
    private final Map<String, float[]> unpacked = new LinkedHashMap<>();
    private final Map<String, int[]> shapes = new LinkedHashMap<>();
    private final SplittableRandom random;

    Fixture(long seed) {
        random = new SplittableRandom(seed);
    }

    /** Adds a tensor of numbers around a centre. */
    Fixture tensor(String name, double centre, double spread, int... shape) {
        int size = 1;
        for (int axis : shape) {
            size *= axis;
        }
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) (centre + spread * random.nextGaussian());
        }
        tensors.put(name, values);
        shapes.put(name, shape);
        return this;
    }

    /** Adds a packed matrix, or a stack of them: four bits in groups of 32. What it says after packing is its value. */
    Fixture packed(String path, double spread, int... shape) {
        tensor(path, 0, spread, shape);
        float[] values = tensors.remove(path);
        shapes.remove(path);
        Quantization packing = Quantization.of("affine", 32, 4);
        try (MlxScope scope = MlxScope.open()) {
            QuantOps.Quantized packed = QuantOps.quantize(Ops.fromFloats(values, shape), packing);
            MlxArray back = QuantOps.dequantize(packed.weight(), packed.scales(), packed.biases(), packing, Dtype.F32);
            words.put(path + ".weight", packed.weight().toInts());
            shapes.put(path + ".weight", packed.weight().shape());
            for (Map.Entry<String, MlxArray> part : Map.of(
                            path + ".scales", packed.scales(), path + ".biases", packed.biases())
                    .entrySet()) {
                tensors.put(part.getKey(), part.getValue().toFloats());
                shapes.put(part.getKey(), part.getValue().shape());
            }
            unpacked.put(path, back.toFloats());
        }
        return this;
    }

    /** What a packed stack says. */
    double[] unpacked(String path) {
        return wide(unpacked.get(path));
    }

    boolean has(String name) {
        return tensors.containsKey(name);
    }

    double[] values(String name) {
        float[] values = tensors.get(name);
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

    /** The same without one tensor. */
    Fixture without(String name) {
        Fixture rest = new Fixture(0);
        rest.tensors.putAll(tensors);
        rest.words.putAll(words);
        rest.shapes.putAll(shapes);
        rest.tensors.remove(name);
        return rest;
    }

    void write(Path folder, JsonObject config) {
        JsonObjectBuilder header = Json.createObjectBuilder();
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        tensors.forEach((name, values) -> {
            ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asFloatBuffer().put(values);
            add(header, name, "F32", bytes, data);
        });
        words.forEach((name, values) -> {
            ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asIntBuffer().put(values);
            add(header, name, "U32", bytes, data);
        });
        byte[] text = header.build().toString().getBytes(StandardCharsets.UTF_8);
        ByteBuffer file = ByteBuffer.allocate(8 + text.length + data.size()).order(ByteOrder.LITTLE_ENDIAN);
        file.putLong(text.length).put(text).put(data.toByteArray());
        try {
            Files.createDirectories(folder);
            Files.write(folder.resolve("model.safetensors"), file.array());
            Files.writeString(folder.resolve("config.json"), config.toString());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private void add(
            JsonObjectBuilder header, String name, String dtype, ByteBuffer bytes, ByteArrayOutputStream data) {
        JsonArrayBuilder shape = Json.createArrayBuilder();
        for (int axis : shapes.get(name)) {
            shape.add(axis);
        }
        long at = data.size();
        data.writeBytes(bytes.array());
        header.add(
                name,
                Json.createObjectBuilder()
                        .add("dtype", dtype)
                        .add("shape", shape)
                        .add("data_offsets", Json.createArrayBuilder().add(at).add(data.size())));
    }
}
