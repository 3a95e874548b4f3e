package io.mlxmanager.manage.catalog;

import io.mlxmanager.base.config.ByteSize;
import io.mlxmanager.base.config.DownloadConfig;
import io.mlxmanager.base.config.ModelsConfig;
import io.mlxmanager.base.problem.InvalidInput;
import io.mlxmanager.base.problem.Problem;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Models that arrive part by part, as a browser sends them. All names and sizes are told first, so that an upload which
 * cannot end well never begins. What has arrived lies in a hidden folder beside the models until all of it is there; it
 * goes when the upload is cancelled, when nothing came for an hour, and with the server. Any thread; blocks while it writes.
 */
@ApplicationScoped
public class ModelUploads {

    private static final String PREFIX = ".upload-";
    private static final int MOST_AT_ONCE = 4;
    private static final Duration LONGEST_SILENCE = Duration.ofHours(1);

    private final ModelFiles files = new ModelFiles("files");
    private final Map<String, ModelUpload> open = new ConcurrentHashMap<>();
    private ModelImport imports;
    private ModelCatalog catalog;
    private ByteSize limit;
    private ByteSize keepFree;
    private Clock clock;

    /** For the container's proxy. */
    protected ModelUploads() {}

    @Inject
    public ModelUploads(ModelImport imports, ModelCatalog catalog, ModelsConfig models, DownloadConfig downloads) {
        this(imports, catalog, models.uploadLimit(), downloads.keepFree(), Clock.systemUTC());
    }

    ModelUploads(ModelImport imports, ModelCatalog catalog, ByteSize limit, ByteSize keepFree, Clock clock) {
        this.imports = imports;
        this.catalog = catalog;
        this.limit = limit;
        this.keepFree = keepFree;
        this.clock = clock;
    }

    /** What a server that was killed has left lying. */
    void start(@Observes Startup event) {
        if (!Files.isDirectory(catalog.ownFolder())) {
            return;
        }
        try (DirectoryStream<Path> left = Files.newDirectoryStream(catalog.ownFolder(), PREFIX + "*")) {
            for (Path folder : left) {
                ModelDisk.deleteTree(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("what was left of uploads cannot be deleted", e);
        }
    }

    /**
     * @param sizes bytes of each file, by its name relative to the model's folder; or of one file that ends in .zip
     * @return the name of the upload
     * @throws InvalidInput naming {@code model_id} or {@code files}
     * @throws Problem 409 for a model that is here already, for a full disk and when too many are under way; 413 above the limit
     */
    public String begin(String modelId, Map<String, Long> sizes) {
        dropSilent();
        imports.requireFree(modelId);
        requireSound(sizes);
        long bytes = sizes.values().stream().mapToLong(Long::longValue).sum();
        if (bytes > limit.bytes()) {
            throw Problem.tooLarge("The model has " + bytes + " bytes; this server takes uploads of " + limit
                            + " at most (mlx-manager.models.upload-limit)")
                    .withCode("upload_too_large");
        }
        if (open.size() >= MOST_AT_ONCE) {
            throw Problem.conflict(MOST_AT_ONCE + " uploads are under way already")
                    .withCode("too_many_uploads");
        }
        try {
            Files.createDirectories(catalog.ownFolder());
            requireRoom(bytes);
            String id = UUID.randomUUID().toString();
            Path folder = Files.createDirectory(catalog.ownFolder().resolve(PREFIX + id));
            open.put(id, new ModelUpload(modelId, folder, sizes, files, clock.instant()));
            return id;
        } catch (IOException e) {
            throw new UncheckedIOException("an upload cannot begin", e);
        }
    }

    /**
     * Takes bytes of a file. The same part may be sent again after a connection broke in its middle.
     *
     * @param offset of its first byte in the file; no further than what has arrived
     * @return the model's folder so far, when this was the last part of its config.json
     * @throws Problem 404 for an upload that is not under way, 409 for a part that leaves a gap
     */
    public Optional<Path> append(String id, String name, long offset, InputStream part) {
        return find(id).append(name, offset, part, clock.instant());
    }

    /** For which model it is. */
    public String modelId(String id) {
        return find(id).modelId();
    }

    /**
     * Makes the model of what has arrived.
     *
     * @param check is shown all of it before it becomes visible
     * @throws Problem 409 naming a file that is not complete; as {@link ModelImport#take}, and then the upload is over
     */
    public CatalogModel complete(String id, ModelImport.Check check) {
        ModelUpload upload = find(id);
        Path source = upload.requireComplete();
        try {
            return imports.adopt(source, upload.modelId(), check);
        } finally {
            cancel(id);
        }
    }

    /** Forgets what has arrived; nothing happens for an upload that is over. */
    public void cancel(String id) {
        ModelUpload upload = open.remove(id);
        if (upload != null) {
            upload.close();
        }
    }

    private ModelUpload find(String id) {
        return Optional.ofNullable(open.get(id))
                .orElseThrow(() ->
                        Problem.notFound("There is no such upload under way").withCode("upload_not_found"));
    }

    private void dropSilent() {
        for (Iterator<ModelUpload> all = open.values().iterator(); all.hasNext(); ) {
            ModelUpload each = all.next();
            if (each.lastHeard().plus(LONGEST_SILENCE).isBefore(clock.instant())) {
                all.remove();
                each.close();
            }
        }
    }

    private void requireSound(Map<String, Long> sizes) {
        if (sizes.isEmpty() || sizes.size() > ModelFiles.MOST_FILES) {
            throw files.fault("must be 1 to " + ModelFiles.MOST_FILES + " files");
        }
        sizes.forEach((name, size) -> {
            files.inside(catalog.ownFolder(), name);
            if (size < 0 || size > limit.bytes()) {
                throw files.fault("holds a size that no file here can have: " + name);
            }
        });
        if (!ModelUpload.isArchive(sizes.keySet())) {
            files.requireModel(sizes.keySet());
        }
    }

    /** What the others that are under way will still take is not free. */
    private void requireRoom(long bytes) throws IOException {
        long promised = open.values().stream().mapToLong(ModelUpload::missing).sum();
        long room = Files.getFileStore(catalog.ownFolder()).getUsableSpace() - keepFree.bytes() - promised;
        if (bytes > room) {
            throw Problem.conflict("The model needs " + bytes + " bytes, the disk has room for " + Math.max(0, room))
                    .withCode("disk_full");
        }
    }
}
