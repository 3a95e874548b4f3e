package io.mlxmanager.engine.weights;

import io.mlxmanager.mlx.Dtype;
import io.mlxmanager.mlx.MlxException;
import jakarta.json.JsonArray;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The table of contents of a safetensors file: eight bytes with the length of a JSON object, the object, the data.
 * Everything is checked against the length of the file, so that no later read can leave it. Immutable.
 *
 * @param file name for messages
 * @param tensors by name, in the order of the file
 */
public record SafetensorsHeader(String file, Map<String, TensorInfo> tensors) {

    /** The format's own limit. */
    static final long MAX_HEADER_BYTES = 100_000_000;

    private static final int LENGTH_BYTES = 8;
    private static final int MAX_AXES = 8;

    public SafetensorsHeader {
        tensors = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
    }

    /**
     * @throws ModelFormatException if the file is truncated, its header is no header, or a tensor does not lie inside it
     */
    public static SafetensorsHeader read(Path path) {
        String file = String.valueOf(path.getFileName());
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            long size = channel.size();
            if (size < LENGTH_BYTES) {
                throw new ModelFormatException(file + ": " + size + " bytes are too few for a safetensors file");
            }
            long length = fill(channel, 0, LENGTH_BYTES, file)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .getLong();
            if (length < 2 || length > MAX_HEADER_BYTES || length > size - LENGTH_BYTES) {
                throw new ModelFormatException(
                        file + ": header of " + Long.toUnsignedString(length) + " bytes in a file of " + size);
            }
            byte[] json = fill(channel, LENGTH_BYTES, (int) length, file).array();
            return parse(file, json, LENGTH_BYTES + length, size);
        } catch (IOException e) {
            throw new ModelFormatException(file + ": cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * @param json the header's bytes
     * @param dataStart where the data begins in the file
     * @param fileSize length of the file
     */
    static SafetensorsHeader parse(String file, byte[] json, long dataStart, long fileSize) {
        JsonObject header = JsonFile.parse(file + ": header", new ByteArrayInputStream(json))
                .fields();
        Map<String, TensorInfo> tensors = new LinkedHashMap<>();
        for (Map.Entry<String, JsonValue> entry : header.entrySet()) {
            if (!entry.getKey().equals("__metadata__")) {
                tensors.put(entry.getKey(), tensor(file, entry.getKey(), entry.getValue(), dataStart, fileSize));
            }
        }
        return new SafetensorsHeader(file, tensors);
    }

    private static TensorInfo tensor(String file, String name, JsonValue value, long dataStart, long fileSize) {
        String at = file + ": tensor " + name + ": ";
        if (!(value instanceof JsonObject fields)
                || !(fields.get("dtype") instanceof JsonString dtypeName)
                || !(fields.get("shape") instanceof JsonArray shapeValues)
                || !(fields.get("data_offsets") instanceof JsonArray offsets)
                || offsets.size() != 2) {
            throw new ModelFormatException(at + "dtype, shape and two data_offsets expected");
        }
        Dtype dtype;
        try {
            dtype = Dtype.ofSafetensors(dtypeName.getString());
        } catch (MlxException e) {
            throw new ModelFormatException(at + e.getMessage(), e);
        }
        if (shapeValues.size() > MAX_AXES) {
            throw new ModelFormatException(at + shapeValues.size() + " axes, at most " + MAX_AXES + " expected");
        }
        List<Integer> shape = new ArrayList<>();
        long expected = dtype.byteSize();
        try {
            for (JsonValue axis : shapeValues) {
                int length = ((JsonNumber) axis).intValueExact();
                if (length < 0) {
                    throw new ModelFormatException(at + "negative length in shape " + shapeValues);
                }
                shape.add(length);
                expected = Math.multiplyExact(expected, length);
            }
            long begin = ((JsonNumber) offsets.get(0)).longValueExact();
            long end = ((JsonNumber) offsets.get(1)).longValueExact();
            long room = fileSize - dataStart;
            if (begin < 0 || end < begin || end > room) {
                throw new ModelFormatException(at + "data_offsets " + offsets + " lie outside the " + room
                        + " bytes of data: the file is truncated or wrong");
            }
            if (end - begin != expected) {
                throw new ModelFormatException(at + (end - begin) + " bytes for shape " + shape + " of " + dtype
                        + ", which takes " + expected);
            }
            return new TensorInfo(name, dtype, shape, dataStart + begin, expected);
        } catch (ClassCastException | ArithmeticException e) {
            throw new ModelFormatException(
                    at + "shape " + shapeValues + " and data_offsets " + offsets
                            + " must be whole numbers of a sensible size",
                    e);
        }
    }

    private static ByteBuffer fill(FileChannel channel, long position, int length, String file) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, position + buffer.position()) < 0) {
                throw new ModelFormatException(file + ": ends in the middle of its header");
            }
        }
        return buffer.flip();
    }
}
