package io.mlxmanager.api.web;

import jakarta.servlet.ServletContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * The page's own files as one thing that changes as a whole: they are asked for by addresses that name it, so that a browser
 * keeps them until there is another. While the page is being written there is none, and its files are asked for as they
 * lie. Immutable.
 *
 * @param mark of the files' content; empty while the page is being written
 */
record Edition(String mark) {

    /** Not a file: all style sheets of the page, one behind the other. */
    static final String STYLES = "/styles/all.css";

    private static final String PREFIX = "/_page/";
    private static final String SOURCES = "src/main/webapp";
    private static final Pattern SHEETS =
            Pattern.compile("(?:\\s*<link rel=\"stylesheet\" href=\"styles/[^\"]+\" />)+");
    private static final Pattern SHEET = Pattern.compile("<link rel=\"stylesheet\" href=\"(styles/[^\"]+)\" />");
    private static final Pattern OWN_FILE = Pattern.compile("(href|src)=\"((?:app|styles)/)");

    static Edition of(ServletContext context) {
        String page = context.getRealPath("/index.html");
        if (page != null && Path.of(page).getParent().endsWith(SOURCES)) {
            return new Edition("");
        }
        Set<String> files = new TreeSet<>();
        collect(context, "/app/", files);
        collect(context, "/styles/", files);
        MessageDigest digest = sha256();
        for (String file : files) {
            digest.update(file.getBytes(StandardCharsets.UTF_8));
            digest.update(read(context, file));
        }
        return new Edition(HexFormat.of().formatHex(digest.digest(), 0, 8));
    }

    boolean isPublished() {
        return !mark.isEmpty();
    }

    /** An entry of the page as it is sent. */
    String page(String html) {
        if (!isPublished()) {
            return html;
        }
        String joined = SHEETS.matcher(html)
                .replaceFirst("\n    <link rel=\"stylesheet\" href=\"" + STYLES.substring(1) + "\" />");
        return OWN_FILE.matcher(joined).replaceAll("$1=\"" + PREFIX.substring(1) + mark + "/$2");
    }

    /** The path of the file that an address of this or another edition names; empty for other addresses. */
    static Optional<String> file(String path) {
        int end = path.startsWith(PREFIX) ? path.indexOf('/', PREFIX.length()) : -1;
        return end < 0 ? Optional.empty() : Optional.of(path.substring(end));
    }

    /** Whether the content can never change under that address. */
    boolean holds(String path) {
        return isPublished() && path.startsWith(PREFIX + mark + "/");
    }

    /** What {@link #STYLES} holds: the style sheets in the order in which the page names them. */
    static byte[] styles(ServletContext context) {
        String html = new String(read(context, "/index.html"), StandardCharsets.UTF_8);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (MatchResult sheet : SHEET.matcher(html).results().toList()) {
            all.writeBytes(read(context, "/" + sheet.group(1)));
            all.write('\n');
        }
        return all.toByteArray();
    }

    private static void collect(ServletContext context, String folder, Set<String> files) {
        Set<String> inside = context.getResourcePaths(folder);
        for (String path : inside == null ? Set.<String>of() : inside) {
            if (path.endsWith("/")) {
                collect(context, path, files);
            } else {
                files.add(path);
            }
        }
    }

    private static byte[] read(ServletContext context, String path) {
        try (InputStream in = context.getResourceAsStream(path)) {
            return in == null ? new byte[0] : in.readAllBytes();
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
