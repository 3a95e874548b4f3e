package io.mlxmanager.testing.hub;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A file of the stand-in: in memory or, for measurements, on disk.
 *
 * @param etag as the real hub has it: SHA-256 of a large file, git blob SHA-1 of another
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record StandInFile(String path, long size, String etag, boolean large, byte[] bytes, Path disk) {

    /** A file in memory. */
    public static StandInFile of(String path, boolean large, byte[] bytes) {
        MessageDigest digest = digest(large ? "SHA-256" : "SHA-1");
        if (!large) {
            digest.update(("blob " + bytes.length + "\0").getBytes(StandardCharsets.UTF_8));
        }
        String etag = HexFormat.of().formatHex(digest.digest(bytes));
        return new StandInFile(path, bytes.length, etag, large, bytes.clone(), null);
    }

    /** A large file on disk. */
    public static StandInFile onDisk(String path, Path disk) {
        MessageDigest digest = digest("SHA-256");
        try (InputStream in = new DigestInputStream(Files.newInputStream(disk), digest)) {
            in.transferTo(OutputStream.nullOutputStream());
            return new StandInFile(
                    path, Files.size(disk), HexFormat.of().formatHex(digest.digest()), true, new byte[0], disk);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The same name, size and hash with other content: what a broken mirror or a bad disk sends. */
    StandInFile corrupted() {
        byte[] wrong = bytes.clone();
        wrong[wrong.length / 2] ^= 1;
        return new StandInFile(path, size, etag, large, wrong, disk);
    }

    void write(long from, long length, OutputStream out) throws IOException {
        if (disk == null) {
            out.write(bytes, (int) from, (int) length);
            return;
        }
        try (FileChannel channel = FileChannel.open(disk)) {
            channel.position(from);
            InputStream in = Channels.newInputStream(channel);
            byte[] buffer = new byte[1 << 18];
            long left = length;
            while (left > 0) {
                int read = in.read(buffer, 0, (int) Math.min(buffer.length, left));
                out.write(buffer, 0, read);
                left -= read;
            }
        }
    }

    private static MessageDigest digest(String name) {
        try {
            return MessageDigest.getInstance(name);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
