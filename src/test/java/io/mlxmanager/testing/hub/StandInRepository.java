package io.mlxmanager.testing.hub;

import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObjectBuilder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/** A repository of the stand-in at one commit, which changes with its files. Safe for many threads. */
public final class StandInRepository {

    private final String id;
    private final Map<String, StandInFile> files = new ConcurrentSkipListMap<>();
    private volatile long downloads = 1;

    StandInRepository(String id) {
        this.id = id;
    }

    public String id() {
        return id;
    }

    public long downloads() {
        return downloads;
    }

    public StandInRepository downloads(long count) {
        downloads = count;
        return this;
    }

    /** A file kept in the repository itself. */
    public StandInRepository text(String path, String content) {
        return small(path, content.getBytes(StandardCharsets.UTF_8));
    }

    /** A file kept in the repository itself. */
    public StandInRepository small(String path, byte[] content) {
        files.put(path, StandInFile.of(path, false, content));
        return this;
    }

    /** A file kept in the object store. */
    public StandInRepository large(String path, byte[] content) {
        files.put(path, StandInFile.of(path, true, content));
        return this;
    }

    /** A file kept in the object store, served from disk. */
    public StandInRepository large(String path, Path disk) {
        files.put(path, StandInFile.onDisk(path, disk));
        return this;
    }

    public Optional<StandInFile> file(String path) {
        return Optional.ofNullable(files.get(path));
    }

    /** 40 hex digits, another for other files. */
    public String commit() {
        StringBuilder all = new StringBuilder();
        files.values().forEach(file -> all.append(file.path()).append(file.etag()));
        return StandInFile.of("commit", false, all.toString().getBytes(StandardCharsets.UTF_8))
                .etag();
    }

    JsonObjectBuilder info() {
        JsonArrayBuilder siblings = Json.createArrayBuilder();
        long used = 0;
        for (StandInFile file : files.values()) {
            used += file.size();
            siblings.add(entry(file, "rfilename", "blobId"));
        }
        return Json.createObjectBuilder()
                .add("id", id)
                .add("modelId", id)
                .add("author", id.substring(0, id.indexOf('/')))
                .add("sha", commit())
                .add("downloads", downloads)
                .add("likes", 3)
                .add("private", false)
                .add("gated", false)
                .add("lastModified", "2025-01-02T03:04:05.000Z")
                .add("tags", Json.createArrayBuilder().add("mlx").add("safetensors"))
                .add("usedStorage", used)
                .add("siblings", siblings);
    }

    JsonArrayBuilder tree() {
        JsonArrayBuilder entries = Json.createArrayBuilder();
        files.values().forEach(file -> entries.add(entry(file, "path", "oid").add("type", "file")));
        return entries;
    }

    private static JsonObjectBuilder entry(StandInFile file, String pathName, String hashName) {
        JsonObjectBuilder entry = Json.createObjectBuilder()
                .add(pathName, file.path())
                .add("size", file.size())
                .add(hashName, file.large() ? "0123456789012345678901234567890123456789" : file.etag());
        if (file.large()) {
            String hash = pathName.equals("path") ? "oid" : "sha256";
            entry.add(
                    "lfs",
                    Json.createObjectBuilder()
                            .add(hash, file.etag())
                            .add("size", file.size())
                            .add("pointerSize", 134));
        }
        return entry;
    }
}
