package io.mlxmanager.it;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.WebSocketRoute;
import com.microsoft.playwright.assertions.LocatorAssertions;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObjectBuilder;
import java.util.List;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Names that come from elsewhere, of models, profiles, keys, users and audit rows, are text wherever they stand. */
class HostileNamesIT {

    private static final Logger LOG = Logger.getLogger(HostileNamesIT.class.getName());
    private static final String TRAP = "http://trap.invalid/";
    private static final String HOSTILE = """
            <script>window.hacked=1</script><img src=TRAPa onerror=window.hacked=2><svg onload=window.hacked=3>\
            <math href="javascript:window.hacked=4">x</math><iframe src=TRAPb></iframe><a href="javascript:window.hacked=5">y</a>\
            <style>*{background:url(TRAPc)}</style><b style="background:url(TRAPd)">z</b>${window.hacked=6}"'`""".replace("TRAP", TRAP);
    private static final int BURST = 500;
    private static final double LONGEST_TASK = 300;

    private static Browsers browsers;
    private static String url;

    @BeforeAll
    static void openBrowser() {
        browsers = Browsers.open();
        url = ConsoleServer.url(browsers.browser());
    }

    @AfterAll
    static void closeBrowser() {
        if (browsers != null) {
            browsers.close();
        }
    }

    private static ConsolePage signedIn() {
        ConsolePage console = ConsolePage.desktop(browsers.browser(), url).open();
        console.signIn(ConsoleServer.EMAIL, ConsoleServer.PASSWORD);
        return console;
    }

    private static void answer(ConsolePage console, String address, String body) {
        console.page()
                .route(
                        address,
                        route -> route.fulfill(new Route.FulfillOptions()
                                .setContentType("application/json")
                                .setBody(body)));
    }

    private static void assertHarmless(ConsolePage console) {
        Page page = console.page();
        assertThat(page.locator("main")).containsText("window.hacked=2");
        assertThat(
                        page.locator(
                                "main :is(script, img, svg:not(.icon), math, iframe, style, [style], [onload], [onerror], a[href^='javascript'])"))
                .hasCount(0);
        assertThat(page.evaluate("typeof window.hacked")).isEqualTo("undefined");
        assertThat(console.requests()).noneMatch(each -> each.startsWith(TRAP) || each.startsWith("data:"));
        assertThat(page.url()).startsWith(url);
        assertThat(console.scrollsSideways()).isFalse();
        assertThat(console.complaints()).isEmpty();
    }

    @Test
    void namesOfModelsHereAndOnTheHub() {
        try (ConsolePage console = signedIn()) {
            JsonObjectBuilder traits = Json.createObjectBuilder().add("model_type", HOSTILE);
            answer(
                    console,
                    "**/api/models/downloaded",
                    Json.createArrayBuilder()
                            .add(Json.createObjectBuilder()
                                    .add("model_id", HOSTILE)
                                    .add("size_bytes", 1)
                                    .add("local_path", HOSTILE)
                                    .add("supported", true)
                                    .add("characteristics", traits)
                                    .addNull("capabilities"))
                            .build()
                            .toString());
            answer(
                    console,
                    "**/api/models/search?**",
                    Json.createArrayBuilder()
                            .add(Json.createObjectBuilder()
                                    .add("model_id", HOSTILE)
                                    .add("author", HOSTILE)
                                    .add("downloads", 1)
                                    .add("likes", 1)
                                    .add("tags", Json.createArrayBuilder().add("qwen" + HOSTILE))
                                    .addNull("estimated_size_bytes")
                                    .addNull("supported")
                                    .add("gated", false)
                                    .add("is_downloaded", false))
                            .build()
                            .toString());
            console.go("Models");
            assertHarmless(console);
            console.page().getByText("Hugging Face").click();
            console.page().getByLabel("Search Hugging Face for MLX models").fill("x");
            console.button("Search").click();
            assertHarmless(console);
        }
    }

    @Test
    void namesOfProfilesAndKeys() {
        try (ConsolePage console = signedIn()) {
            answer(
                    console,
                    "**/api/profiles",
                    Json.createArrayBuilder()
                            .add(Json.createObjectBuilder()
                                    .add("id", 99)
                                    .add("name", HOSTILE)
                                    .add("description", HOSTILE)
                                    .add("request_name", HOSTILE)
                                    .add("model_id", HOSTILE)
                                    .add("model_type", HOSTILE)
                                    .add("auto_start", false)
                                    .add("pinned", false)
                                    .add(
                                            "inference",
                                            Json.createObjectBuilder()
                                                    .addNull("temperature")
                                                    .addNull("max_tokens"))
                                    .add("context", Json.createObjectBuilder().addNull("context_length"))
                                    .add(
                                            "model_options",
                                            Json.createObjectBuilder().add(HOSTILE, HOSTILE)))
                            .build()
                            .toString());
            answer(
                    console,
                    "**/api/keys",
                    Json.createArrayBuilder()
                            .add(Json.createObjectBuilder()
                                    .add("id", 99)
                                    .add("user_id", 1)
                                    .add("name", HOSTILE)
                                    .add("prefix", HOSTILE)
                                    .add("scopes", Json.createArrayBuilder().add(HOSTILE))
                                    .add("models", Json.createArrayBuilder().add(HOSTILE))
                                    .add("created_at", "2026-01-01T00:00:00Z")
                                    .addNull("last_used_at")
                                    .addNull("expires_at")
                                    .addNull("revoked_at")
                                    .addNull("requests_per_minute")
                                    .addNull("tokens_per_day"))
                            .build()
                            .toString());
            console.go("Profiles");
            assertHarmless(console);
            console.go("API");
            assertHarmless(console);
        }
    }

    @Test
    void auditRowsOldAndLiveAndManyAtOnce() {
        try (ConsolePage console = signedIn()) {
            Page page = console.page();
            JsonArrayBuilder old = Json.createArrayBuilder();
            for (int id = 50; id > 0; id--) {
                old.add(row(id));
            }
            answer(console, "**/api/system/audit-logs?**", old.build().toString());
            page.routeWebSocket(address -> address.contains("/ws/audit-logs"), HostileNamesIT::burst);
            // The browser's own sockets are replaced in pages that are opened from now on.
            console.open("models");
            page.evaluate("""
                    () => {
                        window.longest = 0;
                        new PerformanceObserver((list) => {
                            for (const { duration } of list.getEntries()) window.longest = Math.max(window.longest, duration);
                        }).observe({ type: 'longtask' });
                    }
                    """);
            console.go("Admin");
            console.go("Audit log");
            assertThat(page.locator(".audit tbody tr"))
                    .hasCount(BURST, new LocatorAssertions.HasCountOptions().setTimeout(30_000));
            assertHarmless(console);
            double longest = ((Number) page.evaluate("window.longest")).doubleValue();
            LOG.info("Longest task while " + BURST + " audit rows arrive: " + longest + " ms");
            assertThat(longest).isLessThan(LONGEST_TASK);
            page.locator(".audit tbody button").first().click();
            assertThat(page.getByText("client address")).isVisible();
            assertThat(page.evaluate("typeof window.hacked")).isEqualTo("undefined");
        }
    }

    private static void burst(WebSocketRoute socket) {
        for (int id = 51; id <= 50 + BURST; id++) {
            socket.send(Json.createObjectBuilder()
                    .add("type", "log")
                    .add("data", row(id))
                    .build()
                    .toString());
        }
    }

    private static JsonObjectBuilder row(int id) {
        JsonObjectBuilder row = Json.createObjectBuilder()
                .add("id", id)
                .add("timestamp", "2026-01-01T00:00:00Z")
                .add("status", HOSTILE)
                .add("duration_ms", 1)
                .add("prompt_tokens", 1)
                .add("completion_tokens", 1)
                .addNull("user_id");
        for (String text :
                List.of("kind", "model", "endpoint", "subject", "key_id", "client_address", "error_message")) {
            row.add(text, HOSTILE);
        }
        return row;
    }
}
