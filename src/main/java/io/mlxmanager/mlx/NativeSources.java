package io.mlxmanager.mlx;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** The C++ sources inside the package, named by their index {@code sources.txt}. Stateless. */
final class NativeSources {

    private static final String ROOT = "/META-INF/native/src/";
    private static final String INDEX = "sources.txt";

    private NativeSources() {}

    /** Relative names of all files that a build needs, the index included. */
    static List<String> names() {
        List<String> names = new ArrayList<>(List.of(INDEX));
        new String(read(INDEX), StandardCharsets.UTF_8)
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .forEach(names::add);
        return names;
    }

    /** A hash of names and contents, hexadecimal. */
    static String hash() {
        MessageDigest digest = sha256();
        for (String name : names()) {
            digest.update(name.getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
            digest.update(read(name));
            digest.update((byte) 0);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Writes the sources below a folder. */
    static void extract(Path folder) throws IOException {
        for (String name : names()) {
            Path target = folder.resolve(name);
            Files.createDirectories(target.getParent());
            Files.write(target, read(name));
        }
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] read(String name) {
        try (InputStream in = NativeSources.class.getResourceAsStream(ROOT + name)) {
            if (in == null) {
                throw new IllegalStateException(ROOT + name + " is missing from the package");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
