package io.mlxmanager.api.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AssetTest {

    @ParameterizedTest
    @CsvSource({
        "/app/main.js, text/javascript;charset=UTF-8",
        "/_static/dompurify/dist/purify.es.mjs, text/javascript;charset=UTF-8",
        "/favicon.svg, image/svg+xml",
        "/styles/base.css, text/css;charset=UTF-8",
        "/vendor/LICENSE, application/octet-stream",
        "/strange.exe, application/octet-stream",
    })
    void theEndingTellsTheType(String path, String type) {
        assertThat(Asset.of(path, new byte[0]).type()).isEqualTo(type);
    }

    @Test
    void theCompressedFormUnpacksToTheContent() throws IOException {
        byte[] content = "let x = 1;\n".repeat(500).getBytes(UTF_8);
        byte[] compressed = Asset.of("/a.js", content).compressed().orElseThrow();
        assertThat(compressed.length).isLessThan(content.length / 5);
        assertThat(new GZIPInputStream(new ByteArrayInputStream(compressed)).readAllBytes())
                .isEqualTo(content);
    }

    @Test
    void aShortFileAndAPictureAreNotCompressed() {
        assertThat(Asset.of("/a.js", "x".getBytes(UTF_8)).compressed()).isEmpty();
        assertThat(Asset.of("/a.png", new byte[5_000]).compressed()).isEmpty();
    }

    @Test
    void theTagFollowsTheContentAndTheForm() {
        Asset one = Asset.of("/a.js", "one".getBytes(UTF_8));
        Asset two = Asset.of("/a.js", "two".getBytes(UTF_8));
        assertThat(one.tag(false)).isNotEqualTo(two.tag(false)).isNotEqualTo(one.tag(true));
        assertThat(one.tag(false))
                .isEqualTo(Asset.of("/b.js", "one".getBytes(UTF_8)).tag(false));
    }

    @Test
    void recognisesItsTagInAnyFormAndPlace() {
        Asset asset = Asset.of("/a.js", "one".getBytes(UTF_8));
        assertThat(asset.matches(asset.tag(false))).isTrue();
        assertThat(asset.matches("\"x\", W/" + asset.tag(true))).isTrue();
        assertThat(asset.matches("*")).isTrue();
        assertThat(asset.matches("\"x\"")).isFalse();
        assertThat(asset.matches(null)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "'gzip, deflate, br', true",
        "'br, gzip;q=0.5', true",
        "gzip, true",
        "'gzip;q=0', false",
        "'gzip;q=0.0, br', false",
        "br, false",
        "x-gzipped, false",
        ", false",
    })
    void compressesForThoseWhoAskForIt(String acceptEncoding, boolean accepted) {
        assertThat(PageServlet.accepts(acceptEncoding)).isEqualTo(accepted);
    }
}
