package io.mlxmanager.engine.arch;

import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
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

    boolean has(String name) {
        return tensors.containsKey(name);
    }

    double[] values(String name) {
        float[] values = tensors.get(name);
        if (values == null) {
            throw new IllegalArgumentException("no tensor " + name);
        }
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
        rest.shapes.putAll(shapes);
        rest.tensors.remove(name);
        return rest;
    }

    void write(Path folder, JsonObject config) {
        JsonObjectBuilder header = Json.createObjectBuilder();
        long at = 0;
        for (Map.Entry<String, float[]> entry : tensors.entrySet()) {
            JsonArrayBuilder shape = Json.createArrayBuilder();
            for (int axis : shapes.get(entry.getKey())) {
                shape.add(axis);
            }
            long end = at + 4L * entry.getValue().length;
            header.add(
                    entry.getKey(),
                    Json.createObjectBuilder()
                            .add("dtype", "F32")
                            .add("shape", shape)
                            .add(
                                    "data_offsets",
                                    Json.createArrayBuilder().add(at).add(end)));
            at = end;
        }
        byte[] text = header.build().toString().getBytes(StandardCharsets.UTF_8);
        ByteBuffer file = ByteBuffer.allocate((int) (8 + text.length + at)).order(ByteOrder.LITTLE_ENDIAN);
        file.putLong(text.length).put(text);
        tensors.values().forEach(values -> {
            for (float value : values) {
                file.putFloat(value);
            }
        });
        try {
            Files.createDirectories(folder);
            Files.write(folder.resolve("model.safetensors"), file.array());
            Files.writeString(folder.resolve("config.json"), config.toString());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
