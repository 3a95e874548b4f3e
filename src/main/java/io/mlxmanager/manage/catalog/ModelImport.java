package io.mlxmanager.manage.catalog;

import io.mlxmanager.base.problem.InvalidInput;
import io.mlxmanager.base.problem.Problem;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Enumeration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * Brings a model from a folder or a zip on the server's own disk into the data folder: for machines without internet. It
 * becomes visible when all of it is there. Any thread; blocks while it copies.
 */
@ApplicationScoped
public class ModelImport {

    private static final int MOST_FILES = 10_000;
    private static final int BUFFER = 1 << 20;

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
        ModelId id = ModelId.parse(modelId)
                .orElseThrow(() -> InvalidInput.of("model_id", "must be the name of a model, owner/name"));
        if (!source.isAbsolute()) {
            throw InvalidInput.of("path", "must be an absolute path on the server");
        }
        if (catalog.find(modelId).isPresent()) {
            throw Problem.conflict("There is a model named " + id + " already").withCode("model_exists");
        }
        Path target = disk.place(id);
        Path copy = null;
        try {
            Files.createDirectories(target.getParent());
            copy = Files.createTempDirectory(catalog.ownFolder(), ".import-");
            fetch(source, copy);
            Path model = root(copy);
            requireModel(model);
            check.accept(model);
            Files.move(model, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException("the model cannot be imported", e);
        } finally {
            clean(copy);
        }
        return catalog.find(modelId).orElseThrow(() -> new IllegalStateException(id + " vanished after its import"));
    }

    private static void fetch(Path source, Path copy) throws IOException {
        if (Files.isDirectory(source)) {
            copyFolder(source, copy);
        } else if (Files.isRegularFile(source)) {
            unpack(source, copy);
        } else {
            throw InvalidInput.of("path", "is neither a folder nor a file on the server");
        }
    }

    /** Links inside the folder are followed, as those of a snapshot of the shared cache must be. */
    private static void copyFolder(Path source, Path copy) throws IOException {
        try (Stream<Path> all = Files.walk(source)) {
            List<Path> files =
                    all.filter(Files::isRegularFile).limit(MOST_FILES + 1L).toList();
            long bytes = 0;
            for (Path file : files) {
                bytes += Files.size(file);
            }
            requireRoom(files.size(), bytes, copy);
            for (Path file : files) {
                Path target = copy.resolve(source.relativize(file).toString());
                Files.createDirectories(target.getParent());
                Files.copy(file, target);
            }
        }
    }

    private static void unpack(Path source, Path copy) throws IOException {
        try (ZipFile zip = new ZipFile(source.toFile())) {
            long bytes = zip.stream()
                    .mapToLong(entry -> Math.max(0, entry.getSize()))
                    .sum();
            requireRoom(zip.size(), bytes, copy);
            Enumeration<? extends ZipEntry> entries = zip.entries();
            while (entries.hasMoreElements()) {
                ZipEntry entry = entries.nextElement();
                if (!entry.isDirectory()) {
                    try (InputStream in = zip.getInputStream(entry)) {
                        write(in, inside(copy, entry.getName()), entry.getSize());
                    }
                }
            }
        } catch (ZipException e) {
            throw InvalidInput.of("path", "is not a zip archive that can be read: " + e.getMessage());
        }
    }

    /** The size that the archive claims was checked against the disk, so no entry may be longer than its claim. */
    private static void write(InputStream in, Path target, long size) throws IOException {
        Files.createDirectories(target.getParent());
        byte[] buffer = new byte[BUFFER];
        long written = 0;
        try (var out = Files.newOutputStream(target)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                written += n;
                if (written > size) {
                    throw InvalidInput.of("path", "holds an entry that is longer than it says");
                }
                out.write(buffer, 0, n);
            }
        }
    }

    private static Path inside(Path folder, String name) {
        Path target = folder.resolve(name.replace('\\', '/')).normalize();
        if (!target.startsWith(folder) || target.equals(folder)) {
            throw InvalidInput.of("path", "holds an entry that leads out of its folder: " + name);
        }
        return target;
    }

    private static void requireRoom(int files, long bytes, Path folder) throws IOException {
        if (files > MOST_FILES) {
            throw InvalidInput.of("path", "holds more than " + MOST_FILES + " files");
        }
        long room = Files.getFileStore(folder).getUsableSpace();
        if (bytes > room) {
            throw Problem.conflict("The model needs " + bytes + " bytes, the disk has room for " + room)
                    .withCode("disk_full");
        }
    }

    private static void requireModel(Path folder) {
        boolean weights = matches(folder, "model", ".safetensors");
        Optional<String> missing = !Files.isRegularFile(folder.resolve("config.json"))
                ? Optional.of("config.json")
                : !Files.isRegularFile(folder.resolve("tokenizer.json"))
                        ? Optional.of("tokenizer.json")
                        : weights ? Optional.empty() : Optional.of("model*.safetensors");
        missing.ifPresent(name -> {
            throw InvalidInput.of("path", "holds no " + name);
        });
    }

    private static boolean matches(Path folder, String start, String end) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .anyMatch(name -> name.startsWith(start) && name.endsWith(end));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The one folder of an archive that holds nothing else. */
    private static Path root(Path copy) throws IOException {
        try (Stream<Path> entries = Files.list(copy)) {
            List<Path> top = entries.limit(2).toList();
            return top.size() == 1 && Files.isDirectory(top.get(0)) ? top.get(0) : copy;
        }
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
