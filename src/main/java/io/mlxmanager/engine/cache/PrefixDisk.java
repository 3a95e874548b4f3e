package io.mlxmanager.engine.cache;

import io.mlxmanager.engine.weights.ModelFormatException;
import io.mlxmanager.engine.weights.SafetensorsHeader;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

/**
 * Blocks of keys and values in a folder, within a budget of bytes; what was not used for longest goes first. Files are read
 * and written by threads of its own. What is in the folder and is no whole block of ours is never used. Any thread; closing it
 * waits for what is being written.
 */
public final class PrefixDisk implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(PrefixDisk.class.getName());
    private static final String SUFFIX = ".kv";
    private static final int NAME_LENGTH = 64;
    /** Blocks that may wait in memory for the disk. */
    private static final int MOST_WRITES = 2;

    private static final int PATIENCE_SECONDS = 10;

    private final Path folder;
    private final long most;
    private final ExecutorService reader;
    private final ExecutorService writer;
    private final AtomicInteger writes = new AtomicInteger();

    /** Bytes by name, in the order of their last use. Guarded by itself. */
    private final Map<String, Long> files = new LinkedHashMap<>();

    private long held;

    private PrefixDisk(Path folder, long most, ThreadFactory threads) {
        this.folder = folder;
        this.most = most;
        this.reader = Executors.newSingleThreadExecutor(threads);
        this.writer = Executors.newSingleThreadExecutor(threads);
    }

    /**
     * Opens a folder, which is made if it is not there, readable by its owner alone.
     *
     * @param most bytes of all files together, at least 1
     * @throws IOException when the folder cannot be made or listed
     */
    public static PrefixDisk open(Path folder, long most, ThreadFactory threads) throws IOException {
        Files.createDirectories(folder);
        if (FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        }
        PrefixDisk disk = new PrefixDisk(folder, most, threads);
        disk.list();
        return disk;
    }

    private void list() throws IOException {
        record Found(String name, long bytes, FileTime used) {}
        List<Found> found = new ArrayList<>();
        try (Stream<Path> entries = Files.list(folder)) {
            for (Path entry : entries.toList()) {
                String name = entry.getFileName().toString();
                if (name.startsWith("block") && name.endsWith(".part")) {
                    Files.deleteIfExists(entry);
                } else if (name.length() == NAME_LENGTH + SUFFIX.length() && name.endsWith(SUFFIX)) {
                    found.add(new Found(
                            name.substring(0, NAME_LENGTH), Files.size(entry), Files.getLastModifiedTime(entry)));
                }
            }
        }
        found.sort(Comparator.comparing(Found::used));
        found.forEach(each -> add(each.name(), each.bytes()));
    }

    /** Whether a block of that name was written. */
    public boolean has(String name) {
        synchronized (files) {
            return files.containsKey(name);
        }
    }

    /** Bytes of all files. */
    public long held() {
        synchronized (files) {
            return held;
        }
    }

    /**
     * Reads blocks into the machine's memory and verifies them.
     *
     * @param names a chain, the first block first
     * @return the files of those up to the first that is missing or broken; never fails
     */
    public CompletableFuture<List<Path>> fetch(List<String> names) {
        try {
            return CompletableFuture.supplyAsync(() -> verified(names), reader);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.completedFuture(List.of());
        }
    }

    private List<Path> verified(List<String> names) {
        List<Path> whole = new ArrayList<>();
        for (String name : names) {
            Path file = file(name);
            try {
                if (!has(name) || !StoredBlock.isWhole(file)) {
                    remove(name);
                    break;
                }
                SafetensorsHeader.read(file);
                whole.add(file);
            } catch (IOException | ModelFormatException e) {
                LOG.log(Level.FINE, e, () -> "A cached block is not usable: " + file);
                remove(name);
                break;
            }
        }
        // The first block last: without it, those behind it are worth nothing.
        for (int i = whole.size() - 1; i >= 0; i--) {
            touch(names.get(i), whole.get(i));
        }
        return whole;
    }

    private void touch(String name, Path file) {
        synchronized (files) {
            Long bytes = files.remove(name);
            if (bytes != null) {
                files.put(name, bytes);
            }
        }
        try {
            Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
        } catch (IOException e) {
            LOG.log(Level.FINE, "A cached block is gone", e);
        }
    }

    /** Whether another block can be taken now. */
    boolean ready() {
        return writes.get() < MOST_WRITES;
    }

    /**
     * Keeps a block; what cannot be written is not kept.
     *
     * @param done called when there is room for another one
     */
    void write(String name, List<StoredBlock.Tensor> tensors, Runnable done) {
        writes.incrementAndGet();
        try {
            writer.execute(() -> {
                try {
                    StoredBlock.write(file(name), tensors);
                    add(name, Files.size(file(name)));
                } catch (IOException e) {
                    LOG.log(
                            Level.WARNING,
                            "A block of a prompt could not be written to the disk cache: {0}",
                            e.toString());
                } finally {
                    writes.decrementAndGet();
                    done.run();
                }
            });
        } catch (RejectedExecutionException e) {
            writes.decrementAndGet();
        }
    }

    private void add(String name, long bytes) {
        List<String> gone = new ArrayList<>();
        synchronized (files) {
            Long before = files.put(name, bytes);
            held += bytes - (before == null ? 0 : before);
            Iterator<Map.Entry<String, Long>> eldest = files.entrySet().iterator();
            while (held > most && eldest.hasNext()) {
                Map.Entry<String, Long> entry = eldest.next();
                eldest.remove();
                held -= entry.getValue();
                gone.add(entry.getKey());
            }
        }
        gone.forEach(this::delete);
    }

    private void remove(String name) {
        synchronized (files) {
            Long bytes = files.remove(name);
            if (bytes == null) {
                return;
            }
            held -= bytes;
        }
        delete(name);
    }

    private void delete(String name) {
        try {
            Files.deleteIfExists(file(name));
        } catch (IOException e) {
            LOG.log(Level.FINE, "A cached block cannot be removed", e);
        }
    }

    private Path file(String name) {
        return folder.resolve(name + SUFFIX);
    }

    @Override
    public void close() {
        reader.shutdown();
        writer.shutdown();
        try {
            if (!writer.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warning("The disk cache is still being written");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
