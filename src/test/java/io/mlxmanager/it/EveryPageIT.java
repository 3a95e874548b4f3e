package io.mlxmanager.it;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What holds for every page of the console: it is accessible, fits a phone, complains of nothing; and how it looks. */
class EveryPageIT {

    /** Address, and what stands there once the page is there. */
    private static final Map<String, String> PLACES = Map.ofEntries(
            Map.entry("/", "main"),
            Map.entry("/chat", "#message"),
            Map.entry("/models", ".card"),
            Map.entry("/profiles", "main h2"),
            Map.entry("/profiles/new", "fieldset"),
            Map.entry("/keys", "mm-examples pre"),
            Map.entry("/account", "fieldset"),
            Map.entry("/admin/users", "tbody tr"),
            Map.entry("/admin/audit", "tbody tr"),
            Map.entry("/admin/settings", "fieldset"),
            Map.entry("/admin/system", "[aria-label='Health']"),
            Map.entry("/admin/downloads", "main h2"));

    private static Browsers browsers;
    private static String url;
    private static String axe;

    @BeforeAll
    static void openBrowser() throws IOException {
        browsers = Browsers.open();
        url = ConsoleServer.url(browsers.browser());
        try (InputStream in = EveryPageIT.class.getResourceAsStream("/axe.min.js")) {
            axe = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @AfterAll
    static void closeBrowser() {
        if (browsers != null) {
            browsers.close();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = ColorScheme.class,
            names = {"LIGHT", "DARK"})
    void everyPlaceIsAccessibleAndFitsADesktopAndAPhone(ColorScheme scheme) {
        List<String> complaints = new ArrayList<>();
        for (ConsolePage console : List.of(
                ConsolePage.desktop(browsers.browser(), url, scheme),
                ConsolePage.phone(browsers.browser(), url, scheme))) {
            try (console) {
                console.open().signIn(ConsoleServer.EMAIL, ConsoleServer.PASSWORD);
                PLACES.forEach((place, landmark) -> {
                    console.open(place.substring(1));
                    assertThat(console.page().locator(landmark).first()).isVisible();
                    console.screenshot("page" + place.replace('/', '-'));
                    seriousFindings(console.page()).forEach(finding -> complaints.add(place + ": " + finding));
                    tornSentences(console.page()).forEach(torn -> complaints.add(place + " tears apart: " + torn));
                    if (console.scrollsSideways()) {
                        complaints.add(place + " is wider than the window");
                    }
                });
                complaints.addAll(console.complaints());
            }
        }
        assertThat(complaints).isEmpty();
    }

    @Test
    void theSignInPageIsAccessible() {
        for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            try (ConsolePage console =
                    ConsolePage.phone(browsers.browser(), url, scheme).open()) {
                assertThat(console.page().getByLabel("E-mail")).isVisible();
                assertThat(seriousFindings(console.page())).isEmpty();
            }
        }
    }

    @Test
    void theConsoleIsUsedByKeyboardAlone() {
        try (ConsolePage console = ConsolePage.desktop(browsers.browser(), url).open()) {
            Page page = console.page();
            console.signIn(ConsoleServer.EMAIL, ConsoleServer.PASSWORD);
            console.open("models");
            assertThat(page.locator(".card").first()).isVisible();

            page.keyboard().press("Tab");
            assertThat(page.getByText("Skip to the content")).isFocused();
            page.keyboard().press("Enter");
            assertThat(page.locator("main")).isFocused();
            page.keyboard().press("Tab");
            assertThat(page.getByRole(AriaRole.TAB, new Page.GetByRoleOptions().setName("On this machine")))
                    .isFocused();
            page.keyboard().press("ArrowRight");
            assertThat(page.getByRole(AriaRole.TAB, new Page.GetByRoleOptions().setName("Hugging Face")))
                    .isFocused();

            Locator profiles = page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Profiles"));
            profiles.focus();
            page.keyboard().press("Enter");
            assertThat(page.locator("main")).isFocused();
            assertThat(page).hasTitle("Profiles · MLX Manager");
            assertThat(console.complaints()).isEmpty();
        }
    }

    @Test
    void whoWantsNoMotionSeesNone() {
        for (ReducedMotion motion : List.of(ReducedMotion.NO_PREFERENCE, ReducedMotion.REDUCE)) {
            try (ConsolePage console = ConsolePage.desktop(browsers.browser(), url)) {
                Page page = console.page();
                page.emulateMedia(new Page.EmulateMediaOptions().setReducedMotion(motion));
                console.open().signIn(ConsoleServer.EMAIL, ConsoleServer.PASSWORD);
                assertThat(console.button("What can you do?")).isEnabled();
                page.route("**/v1/chat/completions", route -> {});
                console.ask("Hello!");
                assertThat(page.locator(".dots")).isVisible();
                Object moving = page.evaluate("""
                        () => document.getAnimations().filter(({ effect, playState }) =>
                            playState === 'running' && effect.getComputedTiming().activeDuration > 10).length
                        """);
                if (motion == ReducedMotion.REDUCE) {
                    assertThat(moving).isEqualTo(0);
                } else {
                    assertThat((Integer) moving).isPositive();
                }
            }
        }
    }

    @Test
    void aDialogKeepsTheFocusAndGivesItBack() {
        try (ConsolePage console = ConsolePage.desktop(browsers.browser(), url).open()) {
            Page page = console.page();
            console.signIn(ConsoleServer.EMAIL, ConsoleServer.PASSWORD);
            console.open("models");
            Locator delete = page.getByRole(
                    AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Delete mlx-manager/starter-qwen3-4m-4bit"));
            delete.press("Enter");
            assertThat(console.button("Keep it")).isFocused();
            assertThat(seriousFindings(page)).isEmpty();
            page.keyboard().press("Escape");
            assertThat(page.getByRole(AriaRole.DIALOG)).hasCount(0);
            assertThat(delete).isFocused();
        }
    }

    @Test
    void thePlacesAreAMenuOnAPhone() {
        try (ConsolePage console =
                ConsolePage.phone(browsers.browser(), url, ColorScheme.DARK).open()) {
            Page page = console.page();
            console.signIn(ConsoleServer.EMAIL, ConsoleServer.PASSWORD);
            assertThat(page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Models")))
                    .isHidden();
            console.button("Places").click();
            console.screenshot("places");
            page.keyboard().press("Escape");
            assertThat(page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Models")))
                    .isHidden();
            console.go("Admin");
            assertThat(page.getByRole(AriaRole.NAVIGATION, new Page.GetByRoleOptions().setName("Administration")))
                    .isVisible();
            console.go("Settings");
            assertThat(page).hasTitle("Settings · MLX Manager");
            assertThat(console.complaints()).isEmpty();
        }
    }

    /** What axe finds that keeps somebody from using the page, one line each. */
    private static List<String> seriousFindings(Page page) {
        page.evaluate(axe + "; 0");
        Object found = page.evaluate("""
                async () => {
                    const { violations } = await axe.run(document, { resultTypes: ['violations'] });
                    return violations
                        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
                        .map(({ id, nodes }) => `${id}: ${nodes[0].html}`);
                }
                """);
        return ((List<?>) found).stream().map(String::valueOf).toList();
    }

    /** Paragraphs whose words and links stand below each other, because the paragraph is laid out as a column. */
    private static List<String> tornSentences(Page page) {
        Object found = page.evaluate("""
                () => [...document.querySelectorAll('p')]
                    .filter((p) => ['flex', 'grid'].includes(getComputedStyle(p).display) && p.children.length > 0)
                    .filter((p) => [...p.childNodes].filter((n) => n.nodeType === Node.TEXT_NODE && n.data.trim()).length > 1)
                    .map((p) => p.textContent.trim())
                """);
        return ((List<?>) found).stream().map(String::valueOf).toList();
    }
}
