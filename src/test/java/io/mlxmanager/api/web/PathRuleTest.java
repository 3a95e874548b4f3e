package io.mlxmanager.api.web;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathRuleTest {

    @ParameterizedTest
    @ValueSource(strings = {"/favicon.svg", "/app/lib/api.js", "/_static/lit/3.3.3/index.js", "/a..b.js"})
    void aPlainPathMayBeAFile(String path) {
        assertThat(PathRule.mayBeFile(path)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "/app/",
                "app/main.js",
                "/WEB-INF/web.xml",
                "/web-inf/web.xml",
                "/app/../WEB-INF/web.xml",
                "/META-INF/LICENSE",
                "/.env",
                "/app/.git/config",
                "/..",
                "//etc/passwd",
                "/app//main.js",
                "/app\\main.js",
                "/c:/x.js",
                "/main.js\n"
            })
    void descriptorsParentsAndOddNamesAreNoFiles(String path) {
        assertThat(PathRule.mayBeFile(path)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "/, /index.html",
        "/models, /index.html",
        "/administrators, /index.html",
        "/admin, /admin/index.html",
        "/admin/, /admin/index.html",
        "/admin/users, /admin/index.html",
    })
    void theAdministrationHasAnEntryOfItsOwn(String path, String file) {
        assertThat(PathRule.entry(path)).isEqualTo(file);
        assertThat(PathRule.isPage(file)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "/models, text/html, true",
        "/chat/17, 'text/html,application/xhtml+xml,*/*;q=0.8', true",
        "/admin/users, text/html, true",
        "/apiary, text/html, true",
        "/models, application/json, false",
        "/models, */*, false",
        "/models, , false",
        "/missing.js, text/html, false",
        "/api/nothing, text/html, false",
        "/api, text/html, false",
        "/v1/nothing, text/html, false",
        "/health/ready, text/html, false",
        "/openapi/ui, text/html, false",
        "/_static/lit/9.9.9/index, text/html, false",
    })
    void onlyABrowsersNavigationIsAPlaceInThePage(String path, String accept, boolean place) {
        assertThat(PathRule.isPlaceInPage(path, accept)).isEqualTo(place);
    }
}
