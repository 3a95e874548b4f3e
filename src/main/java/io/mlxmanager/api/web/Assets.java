package io.mlxmanager.api.web;

import jakarta.servlet.ServletContext;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The files of the page: those of the web application and those that libraries bring in META-INF/resources. Each is
 * read once and kept; a file that lies open on disk, as while coding, is read again when it has changed. Safe for use
 * by many threads.
 */
final class Assets {
    private static final FileTime NEVER_CHANGES = FileTime.fromMillis(0);

    private final ServletContext context;
    private final boolean published;
    private final Map<String, Read> known = new ConcurrentHashMap<>();

    private record Read(FileTime changed, Asset asset) {}

    /**
     * The files below the context's root.
     *
     * @param published whether no file changes any more
     */
    Assets(ServletContext context, boolean published) {
        this.context = context;
        this.published = published;
    }

    /** The file with a path that {@link PathRule} allows; empty when there is none. */
    Optional<Asset> find(String path) throws IOException {
        FileTime changed = lastChange(path);
        Read read = known.get(path);
        if (read != null && read.changed().equals(changed)) {
            return Optional.of(read.asset());
        }
        try (InputStream in = context.getResourceAsStream(path)) {
            if (in == null) {
                return Optional.empty();
            }
            Asset asset = Asset.of(path, in.readAllBytes());
            known.put(path, new Read(changed, asset));
            return Optional.of(asset);
        }
    }

    private FileTime lastChange(String path) throws IOException {
        if (published || PathRule.isVersioned(path)) {
            return NEVER_CHANGES;
        }
        String real = context.getRealPath(path);
        if (real == null) {
            return NEVER_CHANGES;
        }
        Path file = Path.of(real);
        return Files.isRegularFile(file) ? Files.getLastModifiedTime(file) : NEVER_CHANGES;
    }
}
