package io.mlxmanager.manage.catalog;

import io.mlxmanager.base.problem.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** One model on its way from a browser. Guarded by its own lock: parts of one upload are written one after the other. */
final class ModelUpload {

    private static final int BUFFER = 1 << 16;

    private final String modelId;
    private final Path folder;
    private final Map<String, Long> sizes;
    private final Map<String, Long> arrived = new HashMap<>();
    private final ModelFiles files;
    private Instant lastHeard;
    private boolean closed;

    ModelUpload(String modelId, Path folder, Map<String, Long> sizes, ModelFiles files, Instant now) {
        this.modelId = modelId;
        this.folder = folder;
        this.sizes = Map.copyOf(sizes);
        this.files = files;
        this.lastHeard = now;
    }

    /** Whether the names are those of one archive. */
    static boolean isArchive(Set<String> names) {
        return names.size() == 1
                && names.iterator().next().toLowerCase(Locale.ROOT).endsWith(".zip");
    }

    String modelId() {
        return modelId;
    }

    synchronized Instant lastHeard() {
        return lastHeard;
    }

    /** Bytes that are still to come. */
    synchronized long missing() {
        return sizes.values().stream().mapToLong(Long::longValue).sum()
                - arrived.values().stream().mapToLong(Long::longValue).sum();
    }

    synchronized Optional<Path> append(String name, long offset, InputStream part, Instant now) {
        requireOpen();
        Long size = sizes.get(name);
        if (size == null) {
            throw Problem.notFound("The upload has no file " + name).withCode("upload_file_not_found");
        }
        long before = arrived.getOrDefault(name, 0L);
        if (offset < 0 || offset > before) {
            throw Problem.conflict(name + " has arrived up to byte " + before + ", the part begins at " + offset)
                    .withCode("upload_gap");
        }
        lastHeard = now;
        try {
            long end = write(name, offset, size, part);
            arrived.put(name, Math.max(before, end));
        } catch (IOException e) {
            throw new UncheckedIOException("a part of " + name + " did not arrive", e);
        }
        return name.equals("config.json") && arrived.get(name).equals(size) ? Optional.of(folder) : Optional.empty();
    }

    /** @return the folder, or the archive in it */
    synchronized Path requireComplete() {
        requireOpen();
        sizes.forEach((name, size) -> {
            if (!arrived.getOrDefault(name, 0L).equals(size)) {
                throw Problem.conflict(name + " has not arrived completely").withCode("upload_incomplete");
            }
        });
        return isArchive(sizes.keySet())
                ? files.inside(folder, sizes.keySet().iterator().next())
                : folder;
    }

    synchronized void close() {
        closed = true;
        try {
            ModelDisk.deleteTree(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("what was left of an upload cannot be deleted", e);
        }
    }

    private long write(String name, long offset, long size, InputStream part) throws IOException {
        Path target = files.inside(folder, name);
        Files.createDirectories(target.getParent());
        byte[] buffer = new byte[BUFFER];
        try (FileChannel out = FileChannel.open(target, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            long at = offset;
            for (int n = part.read(buffer); n >= 0; n = part.read(buffer)) {
                if (at + n > size) {
                    throw files.fault("holds " + name + " with " + size + " bytes, and more of it came");
                }
                for (ByteBuffer left = ByteBuffer.wrap(buffer, 0, n); left.hasRemaining(); ) {
                    at += out.write(left, at);
                }
            }
            return at;
        }
    }

    private void requireOpen() {
        if (closed) {
            throw Problem.notFound("There is no such upload under way").withCode("upload_not_found");
        }
    }
}
