package io.mlxmanager.manage.catalog;

import io.mlxmanager.base.problem.Problem;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** What models take of the disk, and their removal. Any thread. */
@ApplicationScoped
public class ModelDisk {

    private ModelCatalog catalog;

    /** For the container's proxy. */
    protected ModelDisk() {}

    @Inject
    public ModelDisk(ModelCatalog catalog) {
        this.catalog = catalog;
    }

    /** Bytes of all files of the model's present revision, through links. */
    public long bytes(CatalogModel model) {
        try (Stream<Path> files = Files.walk(model.folder())) {
            return files.filter(Files::isRegularFile).mapToLong(ModelDisk::size).sum();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Deletes the model's files: of the shared cache all revisions, because the tools that share it know models only as a
     * whole. The model stops existing first, so that nobody finds half of it. Of a link to a folder elsewhere only the link goes.
     *
     * @throws Problem 409 when it lies in a folder that is not ours to write
     */
    public void delete(CatalogModel model) {
        try {
            switch (model.source()) {
                case HOME -> {
                    deleteFirst(model.folder(), "config.json");
                    deleteIfEmpty(model.folder().getParent());
                }
                case HUB_CACHE -> deleteFirst(model.folder().getParent().getParent(), "refs");
                case FOLDER ->
                    throw Problem.conflict("The model lies in " + model.folder()
                                    + ", a folder of yours that this server only reads; delete it there")
                            .withCode("model_read_only");
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the files of " + model.id() + " cannot be deleted", e);
        }
    }

    /** Deletes a folder, and before all else in it that without which it is no model. */
    private static void deleteFirst(Path folder, String first) throws IOException {
        if (!Files.isSymbolicLink(folder)) {
            deleteTree(folder.resolve(first));
        }
        deleteTree(folder);
    }

    /** The folder of the product's own in which a model of that name belongs. */
    Path place(ModelId id) {
        return catalog.ownFolder().resolve(id.owner()).resolve(id.name());
    }

    static void deleteTree(Path root) throws IOException {
        if (!Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (Stream<Path> all = Files.walk(root)) {
            List<Path> deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
            for (Path path : deepestFirst) {
                Files.deleteIfExists(path);
            }
        }
    }

    private static void deleteIfEmpty(Path folder) throws IOException {
        try (Stream<Path> rest = Files.list(folder)) {
            if (rest.findAny().isPresent()) {
                return;
            }
        }
        Files.deleteIfExists(folder);
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            // Gone since it was listed.
            return 0;
        }
    }
}
