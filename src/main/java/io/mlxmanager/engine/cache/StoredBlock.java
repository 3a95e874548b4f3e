package io.mlxmanager.engine.cache;

import io.mlxmanager.mlx.Dtype;
import io.mlxmanager.mlx.MlxArray;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObjectBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * One block of keys and values as a file: safetensors with keys and values of each layer, {@code [1, kvHeads, positions, dim]},
 * and behind the data eight bytes with their checksum and a mark. A file that is not complete and ours is none. Any thread.
 */
final class StoredBlock {

    private static final int MARK = 0x4D4D4B56;
    private static final int TRAILER = 8;
    private static final int PIECE = 1 << 20;

    /** Keys or values of one layer. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Tensor(String name, Dtype dtype, int[] shape, byte[] bytes) {

        static Tensor of(String name, MlxArray stored) {
            return new Tensor(name, stored.dtype(), stored.shape(), stored.toBytes());
        }
    }

    private StoredBlock() {}

    /** Writes a file that is complete as soon as it is there. */
    static void write(Path file, List<Tensor> tensors) throws IOException {
        Path unfinished = Files.createTempFile(file.getParent(), "block", ".part");
        try {
            try (FileChannel channel = FileChannel.open(unfinished, StandardOpenOption.WRITE)) {
                CRC32C sum = new CRC32C();
                ByteBuffer header = header(tensors);
                put(channel, header, sum);
                for (Tensor tensor : tensors) {
                    put(channel, ByteBuffer.wrap(tensor.bytes()), sum);
                }
                ByteBuffer trailer = ByteBuffer.allocate(TRAILER).order(ByteOrder.LITTLE_ENDIAN);
                trailer.putInt((int) sum.getValue()).putInt(MARK).flip();
                put(channel, trailer, new CRC32C());
            }
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(unfinished);
        }
    }

    /** Reads a file from end to end, which also brings it into memory; false if it is not whole. */
    static boolean isWhole(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long data = channel.size() - TRAILER;
            if (data < TRAILER) {
                return false;
            }
            CRC32C sum = new CRC32C();
            ByteBuffer piece = ByteBuffer.allocateDirect(PIECE).order(ByteOrder.LITTLE_ENDIAN);
            for (long at = 0; at < data; ) {
                piece.clear().limit((int) Math.min(PIECE, data - at));
                int count = channel.read(piece, at);
                if (count < 0) {
                    return false;
                }
                sum.update(piece.flip());
                at += count;
            }
            piece.clear().limit(TRAILER);
            return channel.read(piece, data) == TRAILER
                    && piece.getInt(0) == (int) sum.getValue()
                    && piece.getInt(Integer.BYTES) == MARK;
        }
    }

    /** Name of the keys of a layer. */
    static String keys(int layer) {
        return layer + ".k";
    }

    /** Name of the values of a layer, which are missing where they lie in the keys. */
    static String values(int layer) {
        return layer + ".v";
    }

    private static ByteBuffer header(List<Tensor> tensors) {
        JsonObjectBuilder fields = Json.createObjectBuilder();
        long at = 0;
        for (Tensor tensor : tensors) {
            JsonArrayBuilder shape = Json.createArrayBuilder();
            for (int length : tensor.shape()) {
                shape.add(length);
            }
            JsonArrayBuilder offsets = Json.createArrayBuilder().add(at).add(at + tensor.bytes().length);
            fields.add(
                    tensor.name(),
                    Json.createObjectBuilder()
                            .add("dtype", tensor.dtype().name())
                            .add("shape", shape)
                            .add("data_offsets", offsets));
            at += tensor.bytes().length;
        }
        byte[] json = fields.build().toString().getBytes(StandardCharsets.UTF_8);
        // Spaces up to a whole number of lines of the cache, so that the data can be used where it is mapped.
        int length = (json.length + Long.BYTES + 63) / 64 * 64 - Long.BYTES;
        ByteBuffer header = ByteBuffer.allocate(Long.BYTES + length).order(ByteOrder.LITTLE_ENDIAN);
        header.putLong(length).put(json);
        while (header.hasRemaining()) {
            header.put((byte) ' ');
        }
        return header.flip();
    }

    private static void put(FileChannel channel, ByteBuffer bytes, CRC32C sum) throws IOException {
        sum.update(bytes.duplicate());
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }
}
