package io.mlxmanager.manage.catalog;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;

/**
 * The small model that comes inside the product, so that a first start has something to chat with. Written to the data
 * folder file by file, each under a temporary name first; what is there already is left alone.
 */
@ApplicationScoped
public class StarterModel {

    public static final String ID = "mlx-manager/starter-qwen3-4m-4bit";

    private static final String PACKAGED = "/META-INF/models/starter-qwen3-4m-4bit/";

    /** The configuration comes last: without it the folder does not count as a model yet. */
    private static final List<String> FILES = List.of(
            "model.safetensors",
            "tokenizer.json",
            "tokenizer_config.json",
            "chat_template.jinja",
            "generation_config.json",
            "README.md",
            "config.json");

    private ModelCatalog catalog;

    /** For the container's proxy. */
    protected StarterModel() {}

    @Inject
    public StarterModel(ModelCatalog catalog) {
        this.catalog = catalog;
    }

    /** Puts the model into the data folder unless it is there. */
    public void install() {
        Path folder = catalog.ownFolder().resolve(ID);
        try {
            Files.createDirectories(folder);
            for (String file : FILES) {
                copy(file, folder.resolve(file));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the starter model cannot be written to " + folder, e);
        }
    }

    private static void copy(String file, Path target) throws IOException {
        try (InputStream in = StarterModel.class.getResourceAsStream(PACKAGED + file)) {
            if (in == null) {
                throw new IOException(PACKAGED + file + " is missing from the package");
            }
            byte[] bytes = in.readAllBytes();
            if (Files.isRegularFile(target) && Arrays.equals(Files.readAllBytes(target), bytes)) {
                return;
            }
            Path partial = Files.createTempFile(target.getParent(), file, ".partial");
            Files.write(partial, bytes);
            Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
