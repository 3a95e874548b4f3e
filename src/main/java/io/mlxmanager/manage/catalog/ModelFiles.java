package io.mlxmanager.manage.catalog;

import io.mlxmanager.base.problem.InvalidInput;
import io.mlxmanager.base.problem.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * What the files of a model must be like before they are trusted, and their copying. Any thread; blocks while it copies.
 *
 * @param field of the request that is told about faults
 */
record ModelFiles(String field) {

    static final int MOST_FILES = 10_000;
    private static final int BUFFER = 1 << 20;

    /** @param source a folder or a zip */
    void copy(Path source, Path copy) throws IOException {
        if (Files.isDirectory(source)) {
            copyFolder(source, copy);
        } else if (Files.isRegularFile(source)) {
            unpack(source, copy);
        } else {
            throw fault("is neither a folder nor a file on the server");
        }
    }

    /** Links inside the folder are followed, as those of a snapshot of the shared cache must be. */
    private void copyFolder(Path source, Path copy) throws IOException {
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

    private void unpack(Path source, Path copy) throws IOException {
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
            throw fault("is not a zip archive that can be read: " + e.getMessage());
        }
    }

    /** The size that the archive claims was checked against the disk, so no entry may be longer than its claim. */
    private void write(InputStream in, Path target, long size) throws IOException {
        Files.createDirectories(target.getParent());
        byte[] buffer = new byte[BUFFER];
        long written = 0;
        try (var out = Files.newOutputStream(target)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                written += n;
                if (written > size) {
                    throw fault("holds an entry that is longer than it says");
                }
                out.write(buffer, 0, n);
            }
        }
    }

    /** Where a file of that name belongs below the folder; a name that would lead out of it is a fault. */
    Path inside(Path folder, String name) {
        try {
            Path target = folder.resolve(name.replace('\\', '/')).normalize();
            if (target.startsWith(folder) && !target.equals(folder)) {
                return target;
            }
        } catch (InvalidPathException e) {
            throw fault("holds an entry whose name no file can have");
        }
        throw fault("holds an entry that leads out of its folder: " + name);
    }

    private void requireRoom(int files, long bytes, Path folder) throws IOException {
        if (files > MOST_FILES) {
            throw fault("holds more than " + MOST_FILES + " files");
        }
        long room = Files.getFileStore(folder).getUsableSpace();
        if (bytes > room) {
            throw Problem.conflict("The model needs " + bytes + " bytes, the disk has room for " + room)
                    .withCode("disk_full");
        }
    }

    void requireModel(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            requireModel(files.filter(Files::isRegularFile)
                    .map(file -> file.getFileName().toString())
                    .collect(Collectors.toSet()));
        }
    }

    /** @param names of the files that lie in the model's folder itself */
    void requireModel(Set<String> names) {
        boolean weights = names.stream().anyMatch(name -> name.startsWith("model") && name.endsWith(".safetensors"));
        Optional<String> missing = !names.contains("config.json")
                ? Optional.of("config.json")
                : !names.contains("tokenizer.json")
                        ? Optional.of("tokenizer.json")
                        : weights ? Optional.empty() : Optional.of("model*.safetensors");
        missing.ifPresent(name -> {
            throw fault("holds no " + name);
        });
    }

    InvalidInput fault(String message) {
        return InvalidInput.of(field, message);
    }

    /** The one folder of an archive that holds nothing else. */
    static Path root(Path copy) throws IOException {
        try (Stream<Path> entries = Files.list(copy)) {
            List<Path> top = entries.limit(2).toList();
            return top.size() == 1 && Files.isDirectory(top.get(0)) ? top.get(0) : copy;
        }
    }
}
