package io.mlxmanager.manage.download;

import io.mlxmanager.manage.hub.HubFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The hash of a file that is still coming, in the form of its etag: follows the bytes that are there without a gap, while
 * they are in the system's memory anyway, so that at the end of a large file next to nothing is left to read. One thread.
 */
final class BlobHash {

    private static final int MOST_AT_ONCE = 8 << 20;

    private final PartialBlob blob;
    private MessageDigest digest;
    private long at;

    BlobHash(PartialBlob blob) {
        this.blob = blob;
        restart();
    }

    /** Forgets everything: the file is fetched anew. */
    void restart() {
        at = 0;
        digest = digest();
    }

    /**
     * Takes in some of what has come.
     *
     * @param buffer to read through
     * @return whether there was anything
     */
    boolean advance(ByteBuffer buffer) throws IOException {
        long end = Math.min(blob.contiguous(), at + MOST_AT_ONCE);
        boolean behind = at < end;
        while (at < end) {
            buffer.clear().limit((int) Math.min(buffer.capacity(), end - at));
            int read = blob.read(buffer, at);
            if (read < 0) {
                throw new IOException(blob.file().path() + " became shorter while it was read");
            }
            digest.update(buffer.flip());
            at += read;
        }
        return behind;
    }

    /** Whether the whole file was taken in. */
    boolean complete() {
        return at == blob.file().size();
    }

    /** The hash of the complete file, in hexadecimal digits; to be asked once. */
    String value() {
        return HexFormat.of().formatHex(digest.digest());
    }

    private MessageDigest digest() {
        HubFile file = blob.file();
        try {
            MessageDigest fresh = MessageDigest.getInstance(file.etag().length() == 64 ? "SHA-256" : "SHA-1");
            if (!file.large()) {
                fresh.update(("blob " + file.size() + "\0").getBytes(StandardCharsets.UTF_8));
            }
            return fresh;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1 and SHA-256", e);
        }
    }
}
