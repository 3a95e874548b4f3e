package io.mlxmanager.api.web;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The page's own files as one thing that changes as a whole: they are asked for by addresses that name it, so that a browser
 * keeps them until there is another. Immutable.
 *
 * @param mark of the files' content
 * @param pages its entries as they are sent, by path
 * @param made what is no file but made of several, by path
 */
record Edition(String mark, Map<String, Asset> pages, Map<String, Asset> made) {

    /** All style sheets of the page, one behind the other. */
    static final String STYLES = "/styles/all.css";

    private static final String PREFIX = "/_page/";
    private static final Pattern SHEETS =
            Pattern.compile("(?:\\s*<link rel=\"stylesheet\" href=\"styles/[^\"]+\" />)+");
    private static final Pattern MODULE = Pattern.compile(
            "\\s*<(?:link rel=\"modulepreload\" href|script type=\"module\" src)=\"(app/[^\"]+)\"(?: />|></script>)");
    private static final Pattern OWN_FILE = Pattern.compile("(href|src)=\"((?:app|styles)/)");
    private static final Pattern IMPORT_MAP =
            Pattern.compile("<script type=\"importmap\">.*?</script>", Pattern.DOTALL);
    private static final String FIRST_IMPORT = "\"imports\": {";

    Edition {
        pages = Map.copyOf(pages);
        made = Map.copyOf(made);
    }

    /** The paths of the modules that an entry of the page asks for, in its order: the one that begins is the last. */
    static List<String> modules(String html) {
        return MODULE.matcher(html).results().map(each -> "/" + each.group(1)).toList();
    }

    /** An entry of the page as it is sent in the edition with that mark. */
    static String page(String html, String mark) {
        String joined = SHEETS.matcher(html)
                .replaceFirst("\n    <link rel=\"stylesheet\" href=\"" + STYLES.substring(1) + "\" />");
        return OWN_FILE.matcher(joined).replaceAll("$1=\"" + PREFIX.substring(1) + mark + "/$2");
    }

    /**
     * The same, with one module for all that the entry asks for. The import map names it for each of them, because modules that
     * come later import them one by one.
     */
    static String page(String html, String mark, String joinedModules) {
        String folder = "./" + PREFIX.substring(1) + mark;
        String map = modules(html).stream()
                .map(each -> "\n        \"" + folder + each + "\": \"" + folder + joinedModules + "\",")
                .collect(Collectors.joining());
        // Before the libraries, because it is the largest and a browser asks for six files at a time.
        String all = "\n    <script type=\"module\" src=\"" + joinedModules.substring(1) + "\"></script>";
        return page(
                IMPORT_MAP
                        .matcher(MODULE.matcher(html).replaceAll(""))
                        .replaceFirst("$0" + all)
                        .replace(FIRST_IMPORT, FIRST_IMPORT + map),
                mark);
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
