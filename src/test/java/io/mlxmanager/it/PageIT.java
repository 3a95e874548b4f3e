package io.mlxmanager.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The files of the page as the server sends them. */
class PageIT {
    private final HttpClient http = HttpClient.newHttpClient();

    @ParameterizedTest
    @ValueSource(strings = {"/", "/index.html", "/models", "/chat/17"})
    void aBrowserGetsThePageWithItsPolicy(String path) throws Exception {
        HttpResponse<String> page = get(path, "Accept", "text/html");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).contains("<mm-app>");
        assertThat(header(page, "Content-Security-Policy"))
                .contains("script-src 'self' 'sha256-", "frame-ancestors 'none'", "require-trusted-types-for 'script'");
        assertThat(header(page, "Content-Type")).isEqualTo("text/html;charset=UTF-8");
        assertThat(header(page, "Cache-Control")).isEqualTo("no-cache");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/", "/app/main.js", "/_static/lit/3.3.3/index.js", "/nothing.txt", "/api/auth/me", "/v1/models"
            })
    void everyAnswerKeepsTheBrowserHonest(String path) throws Exception {
        HttpResponse<String> answer = get(path, "Accept", "*/*");
        assertThat(header(answer, "X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(header(answer, "Referrer-Policy")).isEqualTo("no-referrer");
        assertThat(header(answer, "Content-Security-Policy")).contains("frame-ancestors 'none'");
        assertThat(answer.headers().firstValue("X-Powered-By")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/nothing.js",
                "/app/nothing",
                "/app/",
                "/_static/lit/0.0.0/index.js",
                "/WEB-INF/web.xml",
                "/WEB-INF/classes/META-INF/persistence.xml",
                "/META-INF/MANIFEST.MF",
                "/app/%2e%2e/WEB-INF/web.xml"
            })
    void whatIsNotThereIsAPlain404(String path) throws Exception {
        HttpResponse<String> answer = get(path, "Accept", "text/html");
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.body()).doesNotContain("<web-app", "<persistence", "Manifest-Version");
    }

    @Test
    void aVersionedLibraryIsKeptForEverAndCompressed() throws Exception {
        HttpResponse<String> library = get("/_static/dompurify/3.4.15/dist/purify.es.mjs", "Accept-Encoding", "gzip");
        assertThat(header(library, "Content-Type")).isEqualTo("text/javascript;charset=UTF-8");
        assertThat(header(library, "Cache-Control")).contains("immutable");
        assertThat(header(library, "Content-Encoding")).isEqualTo("gzip");
        assertThat(header(library, "Vary")).contains("Accept-Encoding");
    }

    @Test
    void thePagesOwnFilesAreKeptUntilThereAreOthers() throws Exception {
        Matcher address = Pattern.compile("\"(_page/[0-9a-f]+)/app/all.js\"")
                .matcher(get("/", "Accept", "text/html").body());
        assertThat(address.find()).isTrue();
        HttpResponse<String> module = get("/" + address.group(1) + "/app/main.js", "Accept", "*/*");
        assertThat(header(module, "Cache-Control")).contains("immutable");
        String all =
                get("/" + address.group(1) + "/app/all.js", "Accept", "*/*").body();
        assertThat(all).contains("// /app/lib/api.js\n", "// /app/main.js\n");
        assertThat(get("/" + address.group(1) + "/styles/all.css", "Accept", "*/*")
                        .body())
                .contains(Files.readString(Path.of("src/main/webapp/styles/tokens.css")))
                .contains(Files.readString(Path.of("src/main/webapp/styles/admin.css")));
        assertThat(get("/" + address.group(1) + "/WEB-INF/web.xml", "Accept", "*/*")
                        .statusCode())
                .isEqualTo(404);
        HttpResponse<String> older = get("/_page/0000/app/main.js", "Accept", "*/*");
        assertThat(older.body()).isEqualTo(module.body());
        assertThat(header(older, "Cache-Control")).isEqualTo("no-cache");
    }

    @Test
    void anUnchangedFileIsNotSentTwice() throws Exception {
        HttpResponse<String> first = get("/app/main.js", "Accept", "*/*");
        HttpResponse<String> second = get("/app/main.js", "If-None-Match", header(first, "ETag"));
        assertThat(second.statusCode()).isEqualTo(304);
        assertThat(second.body()).isEmpty();
    }

    @Test
    void thePageOnlyAnswersQuestions() throws Exception {
        HttpResponse<String> answer = http.send(
                request("/").POST(HttpRequest.BodyPublishers.ofString("x")).build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(header(answer, "Allow")).isEqualTo("GET, HEAD");
    }

    private HttpResponse<String> get(String path, String name, String value) throws IOException, InterruptedException {
        return http.send(request(path).header(name, value).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(RunningServer.shared().baseUrl().resolve(path));
    }

    private static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }
}
