package io.mlxmanager.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/** The starter model again, in a server's models folder and under a name of its own. */
record StarterCopy(String id, Path folder) {

    private static final Path STARTER = Path.of("src/main/resources/META-INF/models/starter-qwen3-4m-4bit");

    /** @param id owner and name */
    static StarterCopy in(RunningServer server, String id) {
        StarterCopy copy = new StarterCopy(id, server.home().resolve("models").resolve(id));
        try {
            Files.createDirectories(copy.folder);
            for (Path file : files(STARTER)) {
                Files.copy(file, copy.folder.resolve(file.getFileName()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return copy;
    }

    /**
     * Adds weights of a part that nobody asks for. They take no room on the disk: the file has a hole.
     *
     * @param bytes that the model counts for besides
     */
    StarterCopy withUnusedWeights(int bytes) {
        byte[] header = ("{\"vision_tower.unused\":{\"dtype\":\"U8\",\"shape\":[" + bytes + "],\"data_offsets\":[0,"
                        + bytes + "]}}")
                .getBytes(StandardCharsets.UTF_8);
        ByteBuffer start = ByteBuffer.allocate(Long.BYTES + header.length).order(ByteOrder.LITTLE_ENDIAN);
        start.putLong(header.length).put(header).flip();
        try (FileChannel file = FileChannel.open(
                folder.resolve("model-unused.safetensors"),
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.SPARSE,
                StandardOpenOption.WRITE)) {
            long end = start.remaining() + (long) bytes;
            file.write(start);
            file.write(ByteBuffer.allocate(1), end - 1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    void remove() {
        try {
            for (Path file : files(folder)) {
                Files.delete(file);
            }
            Files.delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }
}
