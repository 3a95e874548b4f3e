package io.mlxmanager.manage.download;

import io.mlxmanager.manage.catalog.ModelId;
import io.mlxmanager.manage.hub.HubFile;
import io.mlxmanager.manage.hub.HubRevision;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The place of one repository in the cache that the Hugging Face tools share: {@code blobs} named by their hash, {@code
 * snapshots} of links to them, {@code refs}. What is not complete has names of ours ending in {@code .incomplete}: those
 * tools take the length of a file of their own name for what they have of it, and lock it in a way (flock) that Java
 * cannot, so theirs are never touched.
 */
final class CacheFolder {

    private static final String MARK = ".mlx-manager";
    private static final String PARTIAL = MARK + ".incomplete";
    private static final String LEDGER = MARK + ".parts";

    private final Path folder;

    CacheFolder(Path cache, ModelId model) {
        this.folder = cache.resolve("models--" + model.owner() + "--" + model.name());
    }

    void create() throws IOException {
        Files.createDirectories(blobs());
    }

    Path blob(HubFile file) {
        return blobs().resolve(file.etag());
    }

    Path partial(HubFile file) {
        return blobs().resolve(file.etag() + PARTIAL);
    }

    Path ledger(HubFile file) {
        return blobs().resolve(file.etag() + LEDGER);
    }

    /** A blob has its name only after it was verified. */
    boolean holds(HubFile file) throws IOException {
        return Files.isRegularFile(blob(file)) && Files.size(blob(file)) == file.size();
    }

    /** Makes the revision visible: every link first, the reference that names it last. */
    void publish(HubRevision revision, List<HubFile> files) throws IOException {
        Path snapshot = folder.resolve("snapshots").resolve(revision.commit());
        for (HubFile file : files) {
            link(snapshot.resolve(file.path()), blob(file));
        }
        Path main = folder.resolve("refs").resolve("main");
        Files.createDirectories(main.getParent());
        Path beside = main.resolveSibling("main" + MARK);
        Files.writeString(beside, revision.commit());
        Files.move(beside, main, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /**
     * Removes what a download left. Where no reference exists nobody has made a model of this folder yet, and all of it
     * goes; else only what is incomplete and ours.
     */
    void clean() throws IOException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        if (!referenced()) {
            deleteTree(folder);
            return;
        }
        if (Files.isDirectory(blobs())) {
            try (Stream<Path> files = Files.list(blobs())) {
                for (Path file : files.filter(CacheFolder::isOurs).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private boolean referenced() throws IOException {
        Path refs = folder.resolve("refs");
        if (!Files.isDirectory(refs)) {
            return false;
        }
        try (Stream<Path> entries = Files.list(refs)) {
            return entries.findAny().isPresent();
        }
    }

    private static boolean isOurs(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(PARTIAL) || name.endsWith(LEDGER);
    }

    private Path blobs() {
        return folder.resolve("blobs");
    }

    private static void link(Path link, Path blob) throws IOException {
        Files.createDirectories(link.getParent());
        Path beside = link.resolveSibling("." + UUID.randomUUID() + MARK);
        try {
            Files.createSymbolicLink(beside, link.getParent().relativize(blob));
        } catch (FileAlreadyExistsException e) {
            throw e;
        } catch (UnsupportedOperationException | FileSystemException e) {
            // A file system without symbolic links: the other tools put the file itself there, too.
            Files.copy(blob, beside);
        }
        Files.move(beside, link, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static void deleteTree(Path root) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
