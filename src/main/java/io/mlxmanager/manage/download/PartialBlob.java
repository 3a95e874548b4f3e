package io.mlxmanager.manage.download;

import io.mlxmanager.manage.hub.HubFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * A file on its way, in parts that may be fetched side by side. Beside it lies a ledger that says how much of each part
 * is there: magic, size, size of a part, then one number for each part. The bytes are written before the ledger, so
 * after a kill the ledger says too little, never too much; after a power cut the hash tells.
 *
 * <p>One thread at a time for each part; any thread for the rest.
 */
final class PartialBlob implements AutoCloseable {

    private static final long MAGIC = 0x4d4c582d50415254L;
    private static final int HEADER = 3 * Long.BYTES;
    private static final long LEDGER_STEP = 256 << 10;
    private static final long SETTLE_STEP = 64 << 20;

    private final CacheFolder folder;
    private final HubFile file;
    private final long partSize;
    private final FileChannel data;
    private final FileChannel ledger;
    private final FileLock lock;
    private final AtomicLongArray done;
    private final AtomicLongArray noted;
    private long settled;

    /** @throws IOException also when another process is fetching the same file */
    PartialBlob(CacheFolder folder, HubFile file, long partSize) throws IOException {
        this.folder = folder;
        this.file = file;
        this.ledger = FileChannel.open(
                folder.ledger(file), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        FileChannel opened = null;
        try {
            this.lock = lock(ledger);
            opened = FileChannel.open(
                    folder.partial(file), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            this.data = opened;
            ByteBuffer known = read();
            long knownPartSize = partSizeOf(known);
            this.partSize = knownPartSize > 0 ? knownPartSize : partSize;
            int parts = (int) Math.max(1, (file.size() + this.partSize - 1) / this.partSize);
            this.done = new AtomicLongArray(parts);
            this.noted = new AtomicLongArray(parts);
            if (knownPartSize > 0 && known.remaining() == parts * Long.BYTES) {
                adopt(known);
            } else {
                begin();
            }
        } catch (IOException | RuntimeException e) {
            if (opened != null) {
                opened.close();
            }
            ledger.close();
            throw e;
        }
    }

    private FileLock lock(FileChannel channel) throws IOException {
        try {
            FileLock taken = channel.tryLock();
            if (taken != null) {
                return taken;
            }
        } catch (OverlappingFileLockException e) {
            throw new IOException(file.path() + " is being fetched already", e);
        }
        throw new IOException(file.path() + " is being fetched by another process");
    }

    private ByteBuffer read() throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(ledger.size(), 1 << 24));
        int read = 0;
        while (read >= 0 && bytes.hasRemaining()) {
            read = ledger.read(bytes, bytes.position());
        }
        return bytes.flip();
    }

    /** Reads the header; 0 when it is not that of this file. */
    private long partSizeOf(ByteBuffer known) {
        boolean ours = known.remaining() >= HEADER && known.getLong() == MAGIC && known.getLong() == file.size();
        return ours ? Math.max(0, known.getLong()) : 0;
    }

    private void adopt(ByteBuffer known) throws IOException {
        for (int part = 0; part < done.length(); part++) {
            long there = known.getLong();
            boolean sane = there >= 0 && there <= length(part) && start(part) + there <= Math.max(data.size(), 0);
            done.set(part, sane ? there : 0);
            noted.set(part, done.get(part));
        }
    }

    private void begin() throws IOException {
        data.truncate(0);
        ByteBuffer bytes = ByteBuffer.allocate(HEADER + done.length() * Long.BYTES);
        bytes.putLong(MAGIC).putLong(file.size()).putLong(partSize);
        ledger.truncate(0);
        ledger.write(bytes.rewind(), 0);
    }

    HubFile file() {
        return file;
    }

    int parts() {
        return done.length();
    }

    long start(int part) {
        return part * partSize;
    }

    long length(int part) {
        return Math.min(partSize, file.size() - start(part));
    }

    /** Bytes of the part that are there. */
    long done(int part) {
        return done.get(part);
    }

    boolean complete(int part) {
        return done(part) == length(part);
    }

    long doneBytes() {
        long sum = 0;
        for (int part = 0; part < done.length(); part++) {
            sum += done.get(part);
        }
        return sum;
    }

    /** Appends to a part. */
    void append(int part, byte[] bytes, int count) throws IOException {
        long at = done.get(part);
        ByteBuffer source = ByteBuffer.wrap(bytes, 0, count);
        while (source.hasRemaining()) {
            data.write(source, start(part) + at + source.position());
        }
        done.set(part, at + count);
        if (complete(part) || done.get(part) - noted.get(part) >= LEDGER_STEP) {
            note(part);
        }
    }

    /** Writes down what is there of a part. */
    void note(int part) throws IOException {
        long there = done.get(part);
        ByteBuffer number = ByteBuffer.allocate(Long.BYTES).putLong(there).flip();
        ledger.write(number, HEADER + (long) part * Long.BYTES);
        noted.set(part, there);
    }

    /** Forgets everything. */
    void reset() throws IOException {
        for (int part = 0; part < done.length(); part++) {
            done.set(part, 0);
            note(part);
        }
        data.truncate(0);
        settled = 0;
    }

    /** Bytes from the beginning that are there without a gap. */
    long contiguous() {
        long sum = 0;
        for (int part = 0; part < done.length(); part++) {
            long there = done.get(part);
            sum += there;
            if (there < length(part)) {
                break;
            }
        }
        return sum;
    }

    /** Reads what is there; as {@link FileChannel#read(ByteBuffer, long)}. */
    int read(ByteBuffer target, long at) throws IOException {
        return data.read(target, at);
    }

    /**
     * Sends what has come to the disk once it is much, so that at the end of a large file little is left to wait for. One
     * thread.
     */
    void settle() throws IOException {
        long there = doneBytes();
        if (there - settled >= SETTLE_STEP) {
            data.force(false);
            settled = there;
        }
    }

    /** Gives the verified file its name. To be closed afterwards. */
    void publish() throws IOException {
        data.force(true);
        Files.move(
                folder.partial(file),
                folder.blob(file),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
        Files.deleteIfExists(folder.ledger(file));
    }

    @Override
    public void close() throws IOException {
        try (data;
                ledger) {
            if (lock.isValid()) {
                for (int part = 0; part < done.length(); part++) {
                    if (noted.get(part) != done.get(part)) {
                        note(part);
                    }
                }
            }
        }
    }
}
