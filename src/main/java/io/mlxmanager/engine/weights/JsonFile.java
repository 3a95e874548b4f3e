package io.mlxmanager.engine.weights;

import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonReader;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One JSON object of a model folder with typed reads; each refusal names the file and the field. Immutable.
 *
 * @param name how the file is named in messages
 * @param fields the parsed object
 */
public record JsonFile(String name, JsonObject fields) {

    /** Far above any real configuration; a larger file is an attack or a mistake. */
    private static final long MAX_BYTES = 4L << 20;

    /** Reads a file that must be there. */
    public static JsonFile read(Path file) {
        String name = String.valueOf(file.getFileName());
        try {
            long size = Files.size(file);
            if (size > MAX_BYTES) {
                throw new ModelFormatException(name + ": " + size + " bytes, at most " + MAX_BYTES + " are read");
            }
            try (InputStream in = Files.newInputStream(file)) {
                return parse(name, in);
            }
        } catch (IOException e) {
            throw new ModelFormatException(name + ": cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * Parses one JSON object.
     *
     * @param name how the text is named in messages
     */
    static JsonFile parse(String name, InputStream json) {
        try (JsonReader reader = Json.createReader(json)) {
            return new JsonFile(name, reader.readObject());
        } catch (RuntimeException | StackOverflowError e) {
            // The parser tells of some faults, such as too deep nesting, by a bare RuntimeException.
            throw new ModelFormatException(name + ": not a JSON object: " + e.getMessage(), e);
        }
    }

    /** Reads a file that holds an array of objects; each is named by its place. */
    public static List<JsonFile> readAll(Path file) {
        String name = String.valueOf(file.getFileName());
        List<JsonFile> all = new ArrayList<>();
        for (JsonValue value : array(name, file)) {
            if (!(value instanceof JsonObject object)) {
                throw new ModelFormatException(name + ": an array of objects expected");
            }
            all.add(new JsonFile(name + "[" + all.size() + "]", object));
        }
        return all;
    }

    private static JsonArray array(String name, Path file) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new ModelFormatException(name + ": more than the " + MAX_BYTES + " bytes that are read");
            }
            try (InputStream in = Files.newInputStream(file);
                    JsonReader reader = Json.createReader(in)) {
                return reader.readArray();
            }
        } catch (IOException e) {
            throw new ModelFormatException(name + ": cannot be read: " + e.getMessage(), e);
        } catch (ModelFormatException e) {
            throw e;
        } catch (RuntimeException | StackOverflowError e) {
            throw new ModelFormatException(name + ": not a JSON array: " + e.getMessage(), e);
        }
    }

    /** Reads a file that may be missing. */
    public static Optional<JsonFile> readIfPresent(Path file) {
        return Files.isRegularFile(file) ? Optional.of(read(file)) : Optional.empty();
    }

    /** The same with values for fields that are not there. */
    public JsonFile orElse(JsonObject absent) {
        JsonObjectBuilder merged = Json.createObjectBuilder(absent);
        fields.forEach(merged::add);
        return new JsonFile(name, merged.build());
    }

    /** The same with another value for one field. */
    public JsonFile with(String field, JsonValue value) {
        return new JsonFile(
                name, Json.createObjectBuilder(fields).add(field, value).build());
    }

    public boolean has(String field) {
        JsonValue value = fields.get(field);
        return value != null && value.getValueType() != JsonValue.ValueType.NULL;
    }

    /** A whole number of at least {@code min}. */
    public int requiredInt(String field, int min) {
        if (!has(field)) {
            throw new ModelFormatException(name + ": missing " + field);
        }
        if (!(fields.get(field) instanceof JsonNumber number)) {
            throw wrongType(field, "a whole number");
        }
        try {
            int value = number.intValueExact();
            if (value < min) {
                throw new ModelFormatException(
                        name + ": " + field + " is " + value + ", at least " + min + " expected");
            }
            return value;
        } catch (ArithmeticException e) {
            throw wrongType(field, "a whole number");
        }
    }

    public int optionalInt(String field, int min, int absent) {
        return has(field) ? requiredInt(field, min) : absent;
    }

    /** A finite positive number. */
    public float positiveFloat(String field, float absent) {
        if (!has(field)) {
            return absent;
        }
        if (!(fields.get(field) instanceof JsonNumber number)) {
            throw wrongType(field, "a number");
        }
        float value = (float) number.doubleValue();
        if (!(value > 0) || Float.isInfinite(value)) {
            throw new ModelFormatException(name + ": " + field + " is " + number + ", a positive number expected");
        }
        return value;
    }

    /** Any finite number. */
    public double number(String field, double absent) {
        if (!has(field)) {
            return absent;
        }
        if (!(fields.get(field) instanceof JsonNumber number) || Double.isInfinite(number.doubleValue())) {
            throw wrongType(field, "a number");
        }
        return number.doubleValue();
    }

    /** An array of so many finite positive numbers. */
    public double[] positiveNumbers(String field, int count) {
        if (!has(field)) {
            throw new ModelFormatException(name + ": missing " + field);
        }
        if (!(fields.get(field) instanceof JsonArray array)
                || array.size() != count
                || !array.stream().allMatch(JsonFile::isPositive)) {
            throw wrongType(field, "an array of " + count + " positive numbers");
        }
        return array.getValuesAs(JsonNumber.class).stream()
                .mapToDouble(JsonNumber::doubleValue)
                .toArray();
    }

    private static boolean isPositive(JsonValue value) {
        return value instanceof JsonNumber number
                && number.doubleValue() > 0
                && !Double.isInfinite(number.doubleValue());
    }

    /** An array of strings; empty where there is none. */
    public List<String> strings(String field) {
        if (!has(field)) {
            return List.of();
        }
        if (!(fields.get(field) instanceof JsonArray array) || !array.stream().allMatch(JsonString.class::isInstance)) {
            throw wrongType(field, "an array of strings");
        }
        return array.getValuesAs(JsonString.class).stream()
                .map(JsonString::getString)
                .toList();
    }

    /** An array of whole numbers; empty where there is none. */
    public List<Integer> integers(String field) {
        if (!has(field)) {
            return List.of();
        }
        if (!(fields.get(field) instanceof JsonArray array)
                || !array.stream().allMatch(value -> value instanceof JsonNumber number && number.isIntegral())) {
            throw wrongType(field, "an array of whole numbers");
        }
        return array.getValuesAs(JsonNumber.class).stream()
                .map(JsonNumber::intValue)
                .toList();
    }

    public boolean optionalBoolean(String field, boolean absent) {
        if (!has(field)) {
            return absent;
        }
        return switch (fields.get(field).getValueType()) {
            case TRUE -> true;
            case FALSE -> false;
            case ARRAY, OBJECT, STRING, NUMBER, NULL -> throw wrongType(field, "true or false");
        };
    }

    public Optional<String> optionalString(String field) {
        if (!has(field)) {
            return Optional.empty();
        }
        if (fields.get(field).getValueType() != JsonValue.ValueType.STRING) {
            throw wrongType(field, "a string");
        }
        return Optional.of(fields.getString(field));
    }

    public String requiredString(String field) {
        return optionalString(field).orElseThrow(() -> new ModelFormatException(name + ": missing " + field));
    }

    public Optional<JsonFile> optionalObject(String field) {
        if (!has(field)) {
            return Optional.empty();
        }
        if (fields.get(field).getValueType() != JsonValue.ValueType.OBJECT) {
            throw wrongType(field, "an object");
        }
        return Optional.of(new JsonFile(name + " " + field, fields.getJsonObject(field)));
    }

    private ModelFormatException wrongType(String field, String expected) {
        return new ModelFormatException(
                name + ": " + field + " is " + fields.get(field) + ", " + expected + " expected");
    }
}
