package io.mlxmanager.mlx;

import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** One file of numbers that real MLX gave. */
record GoldenFile(String name, JsonObject json) {

    static final Path FOLDER = Path.of("src/test/resources/golden/numeric/mlx");

    static List<GoldenFile> all() {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .map(GoldenFile::read)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static GoldenFile read(Path file) {
        try (var in = Files.newInputStream(file);
                JsonReader reader = Json.createReader(in)) {
            return new GoldenFile(file.getFileName().toString().replace(".json", ""), reader.readObject());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    JsonObject params() {
        return json.get("params") instanceof JsonObject params ? params : JsonValue.EMPTY_JSON_OBJECT;
    }

    double number(String param) {
        return params().getJsonNumber(param).doubleValue();
    }

    boolean has(String input) {
        return json.getJsonObject("inputs").containsKey(input);
    }

    boolean gives(String output) {
        return json.getJsonObject("outputs").containsKey(output);
    }

    /** An input as an array of its own dtype; null if the file has none of that name. */
    MlxArray input(String input) {
        return has(input) ? array(json.getJsonObject("inputs").getJsonObject(input)) : null;
    }

    double[] output(String output) {
        return numbers(json.getJsonObject("outputs").getJsonObject(output));
    }

    int[] outputShape(String output) {
        return shape(json.getJsonObject("outputs").getJsonObject(output));
    }

    static MlxArray array(JsonObject tensor) {
        double[] data = numbers(tensor);
        int[] shape = shape(tensor);
        Dtype dtype = Dtype.valueOf(tensor.getString("dtype"));
        if (dtype.isFloat()) {
            float[] floats = new float[data.length];
            for (int i = 0; i < data.length; i++) {
                floats[i] = (float) data[i];
            }
            return Ops.astype(Ops.fromFloats(floats, shape), dtype);
        }
        byte[] bytes = new byte[data.length * dtype.byteSize()];
        for (int i = 0; i < data.length; i++) {
            for (int b = 0; b < dtype.byteSize(); b++) {
                bytes[i * dtype.byteSize() + b] = (byte) ((long) data[i] >> (8 * b));
            }
        }
        return Ops.fromBytes(dtype, bytes, shape);
    }

    private static int[] shape(JsonObject tensor) {
        return tensor.getJsonArray("shape").getValuesAs(JsonNumber.class).stream()
                .mapToInt(JsonNumber::intValue)
                .toArray();
    }

    private static double[] numbers(JsonObject tensor) {
        JsonArray data = tensor.getJsonArray("data");
        return data.stream().mapToDouble(GoldenFile::number).toArray();
    }

    private static double number(JsonValue value) {
        if (value instanceof JsonString text) {
            return text.getString().startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
        }
        return switch (value.getValueType()) {
            case TRUE -> 1;
            case FALSE -> 0;
            default -> ((JsonNumber) value).doubleValue();
        };
    }

    @Override
    public String toString() {
        return name;
    }
}
