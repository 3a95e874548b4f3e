package io.mlxmanager.engine.weights;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
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
