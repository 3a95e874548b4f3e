package io.mlxmanager.api.web;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The page's own files as one thing that changes as a whole: they are asked for by addresses that name it, so that a browser
 * keeps them until there is another. Immutable.
 *
 * @param mark of the files' content
 * @param pages its entries as they are sent, by path
 * @param styles its style sheets as they are sent: one behind the other
 */
record Edition(String mark, Map<String, Asset> pages, Asset styles) {

    /** Not a file: all style sheets of the page. */
    static final String STYLES = "/styles/all.css";

    private static final String PREFIX = "/_page/";
    private static final Pattern SHEETS =
            Pattern.compile("(?:\\s*<link rel=\"stylesheet\" href=\"styles/[^\"]+\" />)+");
    private static final Pattern OWN_FILE = Pattern.compile("(href|src)=\"((?:app|styles)/)");

    Edition {
        pages = Map.copyOf(pages);
    }

    /** An entry of the page as it is sent in the edition with that mark. */
    static String page(String html, String mark) {
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
        return path.startsWith(PREFIX + mark + "/");
    }
}
