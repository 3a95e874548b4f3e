package io.mlxmanager.api.web;

import jakarta.servlet.ServletContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Makes the {@link Edition} of the page's files: once, or, where the files are sources that somebody may be changing, anew
 * whenever one of them has changed. Safe for use by many threads.
 */
final class Editions {

    private static final String MAIN = "/index.html";
    /** The entries of the page, each with the path of its modules as one. */
    private static final Map<String, String> ENTRIES =
            Map.of(MAIN, "/app/all.js", "/admin/index.html", "/app/all-admin.js");

    private static final List<String> FOLDERS = List.of("/app/", "/styles/");
    private static final String SOURCES = "src/main/webapp";
    private static final Pattern SHEET = Pattern.compile("<link rel=\"stylesheet\" href=\"(styles/[^\"]+)\" />");

    private final ServletContext context;
    private final UnaryOperator<String> page;
    private final Path sources;
    private volatile Made last;

    private record Made(String stamp, Edition edition) {}

    /** @param page what is done to an entry of the page before it is sent, besides what the edition does */
    Editions(ServletContext context, UnaryOperator<String> page) {
        this.context = context;
        this.page = page;
        String entry = context.getRealPath(MAIN);
        this.sources = entry != null && Path.of(entry).getParent().endsWith(SOURCES)
                ? Path.of(entry).getParent()
                : null;
        this.last = new Made(stamp(), make());
    }

    /** Whether no file changes while the server runs. */
    boolean areFinal() {
        return sources == null;
    }

    /** The one that was sent last. */
    Edition last() {
        return last.edition();
    }

    /** The one that is to be sent now. */
    Edition present() {
        String stamp = stamp();
        if (!stamp.equals(last.stamp())) {
            last = new Made(stamp, make());
        }
        return last.edition();
    }

    private Edition make() {
        Set<String> files = new TreeSet<>();
        FOLDERS.forEach(folder -> collect(folder, files));
        MessageDigest digest = sha256();
        for (String file : files) {
            digest.update(file.getBytes(StandardCharsets.UTF_8));
            digest.update(read(file));
        }
        String mark = HexFormat.of().formatHex(digest.digest(), 0, 8);
        Map<String, Asset> pages = new HashMap<>();
        Map<String, Asset> made = new HashMap<>();
        made.put(Edition.STYLES, Asset.of(Edition.STYLES, styles()));
        ENTRIES.forEach((entry, joined) -> {
            String html = text(entry);
            // Who changes the sources wants to see them in the browser as they are.
            if (areFinal()) {
                made.put(joined, asset(joined, JoinedModules.of(joined, Edition.modules(html), this::text)));
                html = Edition.page(html, mark, joined);
            } else {
                html = Edition.page(html, mark);
            }
            pages.put(entry, asset(entry, page.apply(html)));
        });
        return new Edition(mark, pages, made);
    }

    private static Asset asset(String path, String text) {
        return Asset.of(path, text.getBytes(StandardCharsets.UTF_8));
    }

    /** The style sheets in the order in which the page names them. */
    private byte[] styles() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (MatchResult sheet : SHEET.matcher(text(MAIN)).results().toList()) {
            all.writeBytes(read("/" + sheet.group(1)));
            all.write('\n');
        }
        return all.toByteArray();
    }

    private void collect(String folder, Set<String> files) {
        Set<String> inside = context.getResourcePaths(folder);
        for (String path : inside == null ? Set.<String>of() : inside) {
            if (path.endsWith("/")) {
                collect(path, files);
            } else {
                files.add(path);
            }
        }
    }

    private String text(String path) {
        return new String(read(path), StandardCharsets.UTF_8);
    }

    private byte[] read(String path) {
        try (InputStream in = context.getResourceAsStream(path)) {
            return in == null ? new byte[0] : in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Another one when a source has changed, come or gone. */
    private String stamp() {
        if (areFinal()) {
            return "";
        }
        try (Stream<Path> all = Files.walk(sources)) {
            return all.filter(Files::isRegularFile)
                    .sorted()
                    .map(file -> file + " " + file.toFile().lastModified())
                    .collect(Collectors.joining("\n"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
