package io.mlxmanager.api.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ContentPolicyTest {
    private static final String MAP = "<script type=\"importmap\">{\"imports\":{}}</script>";

    @Test
    void namesTheHashOfTheImportMap() {
        assertThat(ContentPolicy.of("<head>" + MAP + "</head>"))
                .contains("script-src 'self' 'sha256-URrTy+Il/Nz0lHojVUx275hWqAWhkSF0VsHbUM4/6Hw=';");
    }

    @Test
    void aDifferentMapHasADifferentHash() {
        assertThat(ContentPolicy.of(MAP)).isNotEqualTo(ContentPolicy.of(MAP.replace("{}", "{ }")));
    }

    @Test
    void lineEndsCountAsTheBrowserReadsThem() {
        String unix = MAP.replace("{}", "{\n}");
        assertThat(ContentPolicy.of(unix.replace("\n", "\r\n"))).isEqualTo(ContentPolicy.of(unix));
    }

    @Test
    void allowsNothingInlineAndNoEvaluation() {
        assertThat(ContentPolicy.of(MAP))
                .contains("default-src 'none'", "frame-ancestors 'none'", "require-trusted-types-for 'script'")
                .doesNotContain("unsafe", "*", "http:", "https:");
    }

    @Test
    void refusesAPageWithoutAMapOrWithTwo() {
        assertThatThrownBy(() -> ContentPolicy.of("<html></html>")).hasMessageContaining("importmap");
        assertThatThrownBy(() -> ContentPolicy.of(MAP + MAP)).hasMessageContaining("more than one");
    }
}
