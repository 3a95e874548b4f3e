package io.mlxmanager.engine.worker;

import jakarta.json.Json;
import jakarta.json.spi.JsonProvider;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Enumeration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Where a worker finds its classes: those of the engine and what reads JSON, in the places this process has them from. An
 * application that its server runs from an archive is no place that a virtual machine can read, so the engine's part of it is
 * unpacked into the data folder first. Stateless.
 */
final class WorkerClassPath {

    /** What a worker needs of the application. */
    private static final List<String> PARTS = List.of(
            "io/mlxmanager/engine/", "io/mlxmanager/mlx/", "META-INF/native/", "META-INF/mlx-manager.properties");

    private WorkerClassPath() {}

    /**
     * @param folder for what has to be unpacked; what earlier versions left there is removed
     * @throws IOException naming the class that nobody can tell the place of
     */
    static List<String> of(Path folder) throws IOException {
        Set<String> places = new LinkedHashSet<>();
        for (Class<?> needed :
                List.of(Worker.class, Json.class, JsonProvider.provider().getClass())) {
            places.add(place(needed, folder).toString());
        }
        return new ArrayList<>(places);
    }

    private static Path place(Class<?> needed, Path folder) throws IOException {
        String name = needed.getName().replace('.', '/') + ".class";
        URL url = needed.getResource("/" + name);
        String text = url == null ? "" : url.toString();
        int archive = text.indexOf("file:");
        int inside = text.indexOf("!/");
        if (archive >= 0 && inside > archive) {
            Path file = Path.of(URI.create(text.substring(archive, inside)));
            String root = text.substring(inside + 2, text.length() - name.length());
            return root.isEmpty() ? file : unpacked(file, root, folder);
        }
        if (archive == 0) {
            return Path.of(URI.create(text.substring(0, text.length() - name.length())));
        }
        return source(needed).orElseThrow(() -> new IOException("nobody tells where " + needed + " is: " + text));
    }

    private static Optional<Path> source(Class<?> needed) {
        CodeSource source = needed.getProtectionDomain().getCodeSource();
        return Optional.ofNullable(source)
                .map(CodeSource::getLocation)
                .map(URL::toString)
                .filter(text -> text.contains("file:"))
                .map(text -> Path.of(URI.create(text.substring(text.indexOf("file:")))))
                .filter(Files::exists);
    }

    /** Unpacked once for each archive; beside its place first, so that a start that was cut off leaves no half of it. */
    private static Path unpacked(Path archive, String root, Path folder) throws IOException {
        String version =
                Files.size(archive) + "-" + Files.getLastModifiedTime(archive).toMillis();
        Path place = folder.resolve(version);
        if (Files.isDirectory(place)) {
            return place;
        }
        deleteTree(folder);
        Files.createDirectories(folder);
        Path beside = Files.createTempDirectory(folder, "new");
        try (ZipFile zip = new ZipFile(archive.toFile())) {
            Enumeration<? extends ZipEntry> entries = zip.entries();
            while (entries.hasMoreElements()) {
                ZipEntry entry = entries.nextElement();
                if (!entry.isDirectory() && wanted(entry.getName(), root)) {
                    Path target = beside.resolve(entry.getName().substring(root.length()))
                            .normalize();
                    if (!target.startsWith(beside)) {
                        throw new IOException(archive + " has an entry " + entry.getName());
                    }
                    Files.createDirectories(target.getParent());
                    try (InputStream in = zip.getInputStream(entry)) {
                        Files.copy(in, target);
                    }
                }
            }
        }
        return Files.move(beside, place);
    }

    private static boolean wanted(String entry, String root) {
        return entry.startsWith(root) && PARTS.stream().anyMatch(part -> entry.startsWith(root + part));
    }

    private static void deleteTree(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
