package io.mlxmanager.engine.weights;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The weight files of a model folder, by the naming rule that MLX's own tools follow. */
public final class WeightFiles {

    private WeightFiles() {}

    /**
     * {@code model*.safetensors}, in the order of their names.
     *
     * @throws ModelFormatException if there is none
     */
    public static List<Path> in(Path folder) {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, "model*.safetensors")) {
            for (Path entry : entries) {
                if (Files.isRegularFile(entry)) {
                    found.add(entry);
                }
            }
        } catch (IOException e) {
            throw new ModelFormatException(folder.getFileName() + ": cannot be listed: " + e.getMessage(), e);
        }
        if (found.isEmpty()) {
            throw new ModelFormatException(folder.getFileName() + ": no model*.safetensors");
        }
        Collections.sort(found);
        return found;
    }

    /**
     * A digest of what the model in a folder computes: its configuration, and names, sizes and times of its weight files.
     *
     * @param computed how it is computed
     */
    public static byte[] identity(Path folder, String computed) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(computed.getBytes(StandardCharsets.UTF_8));
            digest.update(Files.readAllBytes(folder.resolve("config.json")));
            for (Path file : in(folder)) {
                Path real = file.toRealPath();
                String facts = real + " " + Files.size(real) + " " + Files.getLastModifiedTime(real);
                digest.update(facts.getBytes(StandardCharsets.UTF_8));
            }
            return digest.digest();
        } catch (IOException e) {
            throw new ModelFormatException(folder.getFileName() + ": cannot be read: " + e.getMessage(), e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** The size of the weights on disk, in bytes. */
    public static long totalBytes(Path folder) {
        long total = 0;
        for (Path file : in(folder)) {
            try {
                total += Files.size(file);
            } catch (IOException e) {
                throw new ModelFormatException(file.getFileName() + ": cannot be read: " + e.getMessage(), e);
            }
        }
        return total;
    }
}
