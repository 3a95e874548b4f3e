package io.mlxmanager.it;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The dashboard in a real browser: what it shows, and that the server tells it rather than being asked. */
class DashboardIT extends InBrowser {
    private static final String MODEL = "mlx-manager/starter-qwen3-4m-4bit";

    @Test
    void aModelIsLoadedPinnedAskedAndStopped() {
        try (ConsolePage console = dashboard(ColorScheme.LIGHT)) {
            Page page = console.page();
            assertThat(page.getByRole(AriaRole.METER)).hasAttribute("aria-valuetext", Pattern.compile(" of \\d"));
            Locator resident = resident(console);
            console.button("Pin " + MODEL).click();
            assertThat(resident).containsText("pinned");
            console.button("Unpin " + MODEL).click();
            assertThat(resident).not().containsText("pinned");

            console.button("Chat with " + MODEL).click();
            console.ask("What is MLX Manager?");
            console.answer();
            page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Dashboard"))
                    .click();
            Locator request = page.locator(".requests tbody tr").first();
            assertThat(request).containsText("starter-qwen3-4m-4bit");
            assertThat(request).containsText("success");
            assertThat(request).containsText(Pattern.compile("[\\d,.]+ tokens/s"));
            console.screenshot("dashboard");

            console.button("Stop " + MODEL).click();
            assertThat(resident).hasCount(0);
            assertThat(page.getByText("Nothing is loaded.")).isVisible();
            assertThat(console.complaints()).isEmpty();
        }
    }

    @Test
    void oneStreamTellsEverythingAndNothingIsAskedAgainAndAgain() {
        try (ConsolePage console = dashboard(ColorScheme.DARK)) {
            Page page = console.page();
            Locator chart = page.getByRole(
                    AriaRole.IMG, new Page.GetByRoleOptions().setName(Pattern.compile("^Processor load")));
            assertThat(chart.locator("polyline")).hasCount(1);
            long first = latestSample(page);
            page.waitForCondition(() -> latestSample(page) > first + 2_000);
            assertThat(streams(console)).isEqualTo(1);
            assertThat(console.requests())
                    .noneMatch(each -> each.contains("/pool/status")
                            || each.contains("/api/system/info")
                            || each.contains("/v1/models"));
            String session = (String) page.evaluate("sessionStorage.getItem('mm.session')");
            assertThat(session).isNotEmpty();
            assertThat(console.requests()).noneMatch(each -> each.contains(session));
            assertThat(console.complaints()).isEmpty();
        }
    }

    @Test
    void aTabThatNobodyLooksAtIsToldNothingAndTheStreamEndsWithTheSession() {
        try (ConsolePage console = dashboard(ColorScheme.LIGHT)) {
            Page page = console.page();
            page.evaluate("""
                    () => {
                        window.looked = (hidden) => {
                            Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });
                            document.dispatchEvent(new Event('visibilitychange'));
                        };
                    }
                    """);
            page.evaluate("looked(true)");
            int streams = streams(console);
            page.evaluate("looked(false)");
            page.waitForCondition(() -> streams(console) == streams + 1);
            console.logOut();
            assertThat(streams(console)).isEqualTo(streams + 1);
            page.evaluate("looked(false)");
            assertThat(streams(console)).isEqualTo(streams + 1);
        }
    }

    @Test
    void itFitsEveryWindow() {
        for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            try (ConsolePage phone = ConsolePage.phone(browsers.browser(), url, scheme);
                    ConsolePage desktop = ConsolePage.desktop(browsers.browser(), url, scheme)) {
                for (ConsolePage console : List.of(phone, desktop)) {
                    enter(console);
                    resident(console);
                    assertThat(console.page().locator("mm-live-chart polyline").first())
                            .hasCount(1);
                    console.screenshot("dashboard-loaded");
                    assertThat(console.scrollsSideways()).isFalse();
                    assertThat(console.complaints()).isEmpty();
                }
            }
        }
    }

    /** When the newest point of the chart was measured, in milliseconds. */
    private static long latestSample(Page page) {
        return ((Number) page.evaluate("document.querySelectorAll('mm-live-chart')[1].samples.at(-1)?.at ?? 0"))
                .longValue();
    }

    /** Loads the starter model unless it is there. */
    private static Locator resident(ConsolePage console) {
        Page page = console.page();
        assertThat(page.locator("mm-resident")
                        .or(page.getByText("Nothing is loaded."))
                        .first())
                .isVisible();
        if (page.locator("mm-resident").count() == 0) {
            console.button("Load").click();
        }
        Locator resident = page.locator("mm-resident").first();
        assertThat(resident).containsText("Ready");
        return resident;
    }

    private static int streams(ConsolePage console) {
        return (int) console.requests().stream()
                .filter(each -> each.contains("/api/system/events"))
                .count();
    }

    private static ConsolePage dashboard(ColorScheme scheme) {
        ConsolePage console = ConsolePage.desktop(browsers.browser(), url, scheme);
        enter(console);
        return console;
    }

    private static void enter(ConsolePage console) {
        console.open("");
        console.submit(ConsoleServer.EMAIL, ConsoleServer.PASSWORD);
        assertThat(console.page().getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setName("Models in memory")))
                .isVisible();
    }
}
