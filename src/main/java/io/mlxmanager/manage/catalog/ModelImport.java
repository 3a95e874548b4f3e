package io.mlxmanager.manage.catalog;

import io.mlxmanager.base.problem.InvalidInput;
import io.mlxmanager.base.problem.Problem;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Brings a model from a folder or a zip on the server's own disk into the data folder: for machines without internet. It
 * becomes visible when all of it is there. Any thread; blocks while it copies.
 */
@ApplicationScoped
public class ModelImport {

    private static final String PREFIX = ".import-";

    private ModelDisk disk;
    private ModelCatalog catalog;

    /** For the container's proxy. */
    protected ModelImport() {}

    @Inject
    public ModelImport(ModelDisk disk, ModelCatalog catalog) {
        this.disk = disk;
        this.catalog = catalog;
    }

    /** Refuses what is no model for this server; throws a {@link Problem} then. */
    public interface Check {
        void accept(Path folder);
    }

    /**
     * @param source absolute, a folder or a zip; a zip may hold the model in one folder of its own
     * @param check is shown the complete copy before it becomes visible
     * @throws InvalidInput naming {@code path} or {@code model_id}
     * @throws Problem 409 when there is such a model already
     */
    public CatalogModel take(Path source, String modelId, Check check) {
        ModelId id = requireFree(modelId);
        if (!source.isAbsolute()) {
            throw InvalidInput.of("path", "must be an absolute path on the server");
        }
        return keep(id, check, new ModelFiles("path"), (files, copy) -> files.copy(source, copy));
    }

    /** As {@link #take}, for files that came to the data folder already and are moved; faults are those of {@code files}. */
    CatalogModel adopt(Path source, String modelId, Check check) {
        return keep(requireFree(modelId), check, new ModelFiles("files"), (files, copy) -> {
            if (Files.isDirectory(source)) {
                Files.move(source, copy, StandardCopyOption.REPLACE_EXISTING);
            } else {
                files.copy(source, copy);
            }
        });
    }

    /** @throws Problem where no model of that name can come */
    ModelId requireFree(String modelId) {
        ModelId id = ModelId.parse(modelId)
                .orElseThrow(() -> InvalidInput.of("model_id", "must be the name of a model, owner/name"));
        if (catalog.find(modelId).isPresent()) {
            throw Problem.conflict("There is a model named " + id + " already").withCode("model_exists");
        }
        return id;
    }

    /** Brings the files into an empty folder. */
    private interface Fetch {
        void into(ModelFiles files, Path folder) throws IOException;
    }

    private CatalogModel keep(ModelId id, Check check, ModelFiles files, Fetch fetch) {
        Path target = disk.place(id);
        Path copy = null;
        try {
            Files.createDirectories(target.getParent());
            copy = Files.createTempDirectory(catalog.ownFolder(), PREFIX);
            fetch.into(files, copy);
            Path model = ModelFiles.root(copy);
            files.requireModel(model);
            check.accept(model);
            Files.move(model, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException("the model cannot be imported", e);
        } finally {
            clean(copy);
        }
        return catalog.find(id.toString())
                .orElseThrow(() -> new IllegalStateException(id + " vanished after its import"));
    }

    private static void clean(Path copy) {
        if (copy != null) {
            try {
                ModelDisk.deleteTree(copy);
            } catch (IOException e) {
                throw new UncheckedIOException("what was left of an import cannot be deleted", e);
            }
        }
    }
}
