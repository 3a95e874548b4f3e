package io.mlxmanager.manage.download;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A file under way: its parts are fetched by several threads, one other thread follows with the hash and gives the file its
 * name when that is right. A wrong one is fetched once more.
 */
final class FileFetch implements AutoCloseable {

    private final PartialBlob blob;
    private final BlobHash hash;
    private final AtomicInteger partsLeft = new AtomicInteger();
    private boolean refetched;
    private volatile boolean complete;

    /** What a look at a file found. */
    enum Check {
        /** Nothing new has come. */
        IDLE,
        /** Some of it was taken in. */
        MOVED,
        /** The file is right, and has its name. */
        RIGHT,
        /** The file was wrong, and everything of it was forgotten. */
        WRONG
    }

    FileFetch(PartialBlob blob) {
        this.blob = blob;
        this.hash = new BlobHash(blob);
    }

    PartialBlob blob() {
        return blob;
    }

    boolean complete() {
        return complete;
    }

    long doneBytes() {
        return complete ? blob.file().size() : blob.doneBytes();
    }

    /** The parts that are missing, which the caller has to fetch and to report by {@link #fetched}. */
    List<Integer> missing() {
        List<Integer> parts = new ArrayList<>();
        for (int part = 0; part < blob.parts(); part++) {
            if (!blob.complete(part)) {
                parts.add(part);
            }
        }
        partsLeft.set(parts.size());
        return parts;
    }

    /** One of the missing parts is there. */
    void fetched() {
        partsLeft.decrementAndGet();
    }

    /**
     * Follows with the hash and to the disk. By one thread.
     *
     * @param buffer to read through
     * @throws DownloadFailed when the file was fetched again and is wrong again
     */
    Check check(ByteBuffer buffer) throws IOException {
        boolean moved = hash.advance(buffer);
        blob.settle();
        if (!hash.complete() || partsLeft.get() > 0) {
            return moved ? Check.MOVED : Check.IDLE;
        }
        String found = hash.value();
        String expected = blob.file().etag();
        if (found.equals(expected)) {
            blob.publish();
            complete = true;
            return Check.RIGHT;
        }
        blob.reset();
        if (refetched) {
            throw new DownloadFailed(blob.file().path() + " is wrong, also when fetched again: the hub names the hash "
                    + expected + ", what came has " + found);
        }
        refetched = true;
        hash.restart();
        return Check.WRONG;
    }

    @Override
    public void close() throws IOException {
        blob.close();
    }
}
