package io.mlxmanager.engine.worker;

import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * What a worker's engine thread works on: one number, in a file that both processes have in memory, so that it is known also
 * of a worker that has ended between two instructions. One thread writes; any thread of the server reads.
 */
final class WorkNote {

    /** It works on nothing. */
    static final long NOTHING = 0;

    private final Path file;
    private final MappedByteBuffer page;

    private WorkNote(Path file) throws IOException {
        this.file = file;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            this.page = channel.map(FileChannel.MapMode.READ_WRITE, 0, Long.BYTES);
        }
    }

    /** A new note, for a worker that is about to be started. */
    static WorkNote create() throws IOException {
        return new WorkNote(Files.createTempFile("mlx-manager-worker", ".note"));
    }

    /** The worker's end of a note. */
    static WorkNote open(Path file) throws IOException {
        return new WorkNote(file);
    }

    Path file() {
        return file;
    }

    void write(long number) {
        page.putLong(0, number);
    }

    long read() {
        return page.getLong(0);
    }

    /** Nobody opens it any more; who has it open reads and writes on. */
    void unlink() throws IOException {
        Files.deleteIfExists(file);
    }
}
