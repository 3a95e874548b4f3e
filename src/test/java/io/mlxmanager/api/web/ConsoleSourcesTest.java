package io.mlxmanager.api.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules of the page that can be read from its sources, and that the import map names files that exist. */
class ConsoleSourcesTest {
    private static final Path WEBAPP = Path.of("src/main/webapp");
    private static final Pattern IMPORT = Pattern.compile("(?<![\\w/.'-])(?:from|import)\\s*\\(?\\s*['\"`]([^'\"`$]+)");
    private static final Pattern STATIC_IMPORT =
            Pattern.compile("^(?:import|export)\\s[^'\"();]*['\"]([^'\"]+)['\"]", Pattern.MULTILINE);
    private static final Pattern COMMENT = Pattern.compile("/\\*.*?\\*/|(?m)(?:^|\\s)//.*$", Pattern.DOTALL);

    @Test
    void everyEntryOfTheImportMapNamesAFile() throws IOException {
        importMap()
                .forEach((name, target) ->
                        assertThat(exists(target)).as(name + " -> " + target).isTrue());
    }

    @Test
    void everyImportFindsItsModule() throws IOException {
        Map<String, String> map = importMap();
        sources()
                .forEach((file, source) -> imports(source).forEach(each -> {
                    String place = file + " imports " + each;
                    if (each.startsWith(".")) {
                        assertThat(file.getParent().resolve(each).normalize())
                                .as(place)
                                .isRegularFile();
                    } else {
                        assertThat(exists(resolve(map, each))).as(place).isTrue();
                    }
                }));
    }

    @Test
    void onlyTheApiModuleCallsFetch() throws IOException {
        assertThat(filesWith("\\bfetch\\b|XMLHttpRequest|sendBeacon")).containsExactly("lib/api.js");
    }

    @Test
    void onlyTheLiveModuleOpensChannels() throws IOException {
        assertThat(filesWith("new (EventSource|WebSocket)\\b")).isSubsetOf("lib/live.js");
    }

    @Test
    void textNeverBecomesMarkupOutsideTheSanitisingRenderer() throws IOException {
        assertThat(filesWith("innerHTML|outerHTML|insertAdjacentHTML|unsafeHTML|unsafeSVG|document\\.write"
                        + "|createContextualFragment|setHTMLUnsafe|parseFromString|\\beval\\s*\\(|new Function"))
                .isEmpty();
        assertThat(filesWith("['\"](marked|dompurify)['\"]")).containsExactly("lib/markdown.js");
    }

    @Test
    void theTokenIsNeverStoredBeyondTheTab() throws IOException {
        assertThat(source("lib/session.js")).doesNotContain("localStorage");
        assertThat(filesWith("\\.token\\b(?!s)")).isSubsetOf("lib/api.js", "lib/session.js", "context.js");
    }

    @Test
    void bothEntriesHaveTheSameImportMapAndStyleSheets() throws IOException {
        String main = Files.readString(WEBAPP.resolve("index.html"));
        String admin = Files.readString(WEBAPP.resolve("admin/index.html"));
        assertThat(ContentPolicy.importMap(admin)).isEqualTo(ContentPolicy.importMap(main));
        assertThat(styleSheets(admin)).isEqualTo(styleSheets(main)).hasSizeGreaterThan(5);
        styleSheets(main)
                .forEach(each -> assertThat(WEBAPP.resolve(each)).as(each).isRegularFile());
    }

    /** Or the browser would find them one behind the other, a round trip for each level of imports. */
    @ParameterizedTest
    @CsvSource({"index.html, app/chat/mm-chat.js", "admin/index.html, app/admin/mm-users.js"})
    void everyModuleOfTheFirstPlaceIsPreloaded(String entry, String place) throws IOException {
        Set<String> needed = new TreeSet<>();
        collect(WEBAPP.resolve("app/main.js"), needed);
        collect(WEBAPP.resolve(place), needed);
        needed.remove("app/main.js");
        List<String> preloaded = Pattern.compile("<link rel=\"modulepreload\" href=\"(app/[^\"]+)\"")
                .matcher(Files.readString(WEBAPP.resolve(entry)))
                .results()
                .map(each -> each.group(1))
                .toList();
        assertThat(preloaded).containsExactlyInAnyOrderElementsOf(needed);
    }

    private static void collect(Path module, Set<String> found) throws IOException {
        if (!found.add(WEBAPP.relativize(module).toString().replace('\\', '/'))) {
            return;
        }
        for (MatchResult each :
                STATIC_IMPORT.matcher(Files.readString(module)).results().toList()) {
            if (each.group(1).startsWith(".")) {
                collect(module.getParent().resolve(each.group(1)).normalize(), found);
            }
        }
    }

    private static List<String> styleSheets(String page) {
        return Pattern.compile("<link rel=\"stylesheet\" href=\"([^\"]+)\"")
                .matcher(page)
                .results()
                .map(each -> each.group(1))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"index.html", "admin/index.html"})
    void thePageHasNothingInlineButTheImportMap(String file) throws IOException {
        String page = Files.readString(WEBAPP.resolve(file));
        assertThat(page.replace(ContentPolicy.importMap(page), ""))
                .doesNotContainPattern("\\son\\w+=|\\sstyle=|<style|javascript:|https?://");
        assertThat(page).contains("<base href=\"/\" />");
    }

    @Test
    void filesStaySmall() throws IOException {
        sources()
                .forEach((file, source) ->
                        assertThat(source.lines().count()).as(file.toString()).isLessThanOrEqualTo(300));
    }

    private static Map<String, String> importMap() throws IOException {
        String page = Files.readString(WEBAPP.resolve("index.html"));
        JsonObject map = Json.createReader(new StringReader(ContentPolicy.importMap(page)))
                .readObject()
                .getJsonObject("imports");
        Map<String, String> entries = new TreeMap<>();
        map.forEach((name, target) -> entries.put(name, ((JsonString) target).getString()));
        return entries;
    }

    private static String resolve(Map<String, String> map, String name) {
        if (map.containsKey(name)) {
            return map.get(name);
        }
        return map.entrySet().stream()
                .filter(each -> each.getKey().endsWith("/") && name.startsWith(each.getKey()))
                .map(each -> each.getValue() + name.substring(each.getKey().length()))
                .findFirst()
                .orElse("not in the import map");
    }

    /** In the web application, or in META-INF/resources of a library; a folder of it is known by what lies in it. */
    private static boolean exists(String target) {
        String path = target.replaceFirst("^\\./", "");
        if (Files.exists(WEBAPP.resolve(path))) {
            return true;
        }
        String probe =
                !path.endsWith("/") ? path : path.endsWith("/directives/") ? path + "repeat.js" : path + "package.json";
        return ConsoleSourcesTest.class.getResource("/META-INF/resources/" + probe) != null;
    }

    private static Map<Path, String> sources() throws IOException {
        try (Stream<Path> files = Files.walk(WEBAPP.resolve("app"))) {
            Map<Path, String> sources = new TreeMap<>();
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".js")).toList()) {
                sources.put(file, Files.readString(file, UTF_8));
            }
            return sources;
        }
    }

    private static String source(String name) throws IOException {
        return Files.readString(WEBAPP.resolve("app").resolve(name));
    }

    private static List<String> imports(String source) {
        return IMPORT.matcher(COMMENT.matcher(source).replaceAll(""))
                .results()
                .map(each -> each.group(1))
                .toList();
    }

    private static List<String> filesWith(String pattern) throws IOException {
        Pattern wanted = Pattern.compile(pattern);
        return sources().entrySet().stream()
                .filter(each -> {
                    Matcher matcher =
                            wanted.matcher(COMMENT.matcher(each.getValue()).replaceAll(""));
                    return matcher.find();
                })
                .map(each -> WEBAPP.resolve("app")
                        .relativize(each.getKey())
                        .toString()
                        .replace('\\', '/'))
                .sorted()
                .collect(Collectors.toList());
    }
}
