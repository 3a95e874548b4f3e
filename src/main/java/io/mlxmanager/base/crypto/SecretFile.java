package io.mlxmanager.base.crypto;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Set;

/**
 * A random secret that is made once and kept in a file only its owner may read.
 *
 * <p>The file appears complete and with mode 0600 or not at all: it is written under a temporary name and then linked to
 * its place, which fails when another start was faster; the loser reads the winner's.
 */
public final class SecretFile {

    private static final int RANDOM_BYTES = 32;
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> OWNER_FOLDER = PosixFilePermissions.fromString("rwx------");

    private SecretFile() {}

    /**
     * The secret in the file, made first if there is none; 43 characters of base64url. Widened permissions of an
     * existing file are narrowed again.
     *
     * @throws UncheckedIOException naming the file when it can be neither read nor made
     * @throws IllegalStateException naming the file when it holds fewer than 32 characters
     */
    public static Secret readOrCreate(Path file) {
        try {
            if (!Files.exists(file)) {
                create(file);
            }
            narrow(file);
            String text = Files.readString(file, StandardCharsets.UTF_8).strip();
            if (text.length() < RANDOM_BYTES) {
                throw new IllegalStateException(
                        file + " holds no usable secret (fewer than 32 characters); delete it to have a new one made");
            }
            return new Secret(text);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read or make the secret file " + file, e);
        }
    }

    private static void create(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        Files.createDirectories(folder, posix(OWNER_FOLDER));
        byte[] random = new byte[RANDOM_BYTES];
        new SecureRandom().nextBytes(random);
        String text = Base64.getUrlEncoder().withoutPadding().encodeToString(random) + "\n";
        Path complete = Files.createTempFile(folder, file.getFileName().toString(), ".new", posix(OWNER_ONLY));
        try {
            Files.writeString(complete, text, StandardCharsets.UTF_8);
            Files.createLink(file, complete);
        } catch (FileAlreadyExistsException e) {
            // Another start was faster; its secret is the one.
        } finally {
            Files.deleteIfExists(complete);
        }
    }

    private static void narrow(Path file) throws IOException {
        if (hasPosix() && !Files.getPosixFilePermissions(file).equals(OWNER_ONLY)) {
            Files.setPosixFilePermissions(file, OWNER_ONLY);
        }
    }

    private static FileAttribute<?>[] posix(Set<PosixFilePermission> permissions) {
        return hasPosix()
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(permissions)}
                : new FileAttribute<?>[0];
    }

    private static boolean hasPosix() {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    }
}
