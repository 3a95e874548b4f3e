package io.mlxmanager.api.web;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EditionTest {

    private static final Edition PRESENT = new Edition("abc123", Map.of(), Map.of());

    @Test
    void thePageAsksForOneStyleSheetAndForItsFilesByTheEdition() throws IOException {
        String html = Files.readString(Path.of("src/main/webapp/index.html"));
        String sent = Edition.page(html, "abc123");
        assertThat(sent)
                .contains(
                        "<link rel=\"stylesheet\" href=\"_page/abc123/styles/all.css\" />",
                        "<script src=\"_page/abc123/app/theme-boot.js\">",
                        "<link rel=\"modulepreload\" href=\"_page/abc123/app/lib/api.js\" />",
                        "<link rel=\"modulepreload\" href=\"_static/")
                .doesNotContain("=\"app/", "=\"styles/", "chat.css");
        assertThat(ContentPolicy.importMap(sent)).isEqualTo(ContentPolicy.importMap(html));
    }

    @Test
    void thePageAsksForOneModuleThatStandsForThoseItNames() throws IOException {
        String html = Files.readString(Path.of("src/main/webapp/index.html"));
        String sent = Edition.page(html, "abc123", "/app/all.js");
        assertThat(sent)
                .contains(
                        "<script type=\"module\" src=\"_page/abc123/app/all.js\"></script>\n    <link",
                        "\"./_page/abc123/app/lib/api.js\": \"./_page/abc123/app/all.js\",",
                        "<link rel=\"modulepreload\" href=\"_static/",
                        "<script src=\"_page/abc123/app/theme-boot.js\">")
                .doesNotContain("modulepreload\" href=\"_page/", "src=\"_page/abc123/app/main.js");
        assertThat(Json.createReader(new StringReader(ContentPolicy.importMap(sent)))
                        .readObject()
                        .getJsonObject("imports"))
                .containsKeys("lit", "./_page/abc123/app/main.js");
    }

    @ParameterizedTest
    @CsvSource({
        "/_page/abc123/app/main.js, /app/main.js, true",
        "/_page/older/app/main.js, /app/main.js, false",
        "/_page/abc123/WEB-INF/web.xml, /WEB-INF/web.xml, true",
        "/app/main.js, , false",
        "/_page/abc123, , false",
    })
    void anAddressNamesAFileWhateverTheEditionAndOnlyThePresentOneIsKept(String path, String file, boolean kept) {
        assertThat(Edition.file(path).orElse(null)).isEqualTo(file);
        assertThat(PRESENT.holds(path)).isEqualTo(kept);
    }
}
