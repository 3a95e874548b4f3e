package io.mlxmanager.it;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import org.junit.jupiter.api.Test;

/** Profiles in a real browser: made, corrected, started, copied, deleted; and the probe that tells their options. */
class ProfilesPageIT extends InBrowser {

    private static final String STARTER = "mlx-manager/starter-qwen3-4m-4bit";

    private static Locator card(ConsolePage console, String name) {
        return console.page()
                .getByRole(
                        AriaRole.REGION,
                        new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    private static void fill(ConsolePage console, String label, String value) {
        console.page().getByLabel(label).first().fill(value);
    }

    private static Locator model(Page page) {
        return page.getByRole(AriaRole.COMBOBOX, new Page.GetByRoleOptions().setName("Model"));
    }

    @Test
    void aProfileIsMadeCorrectedStartedCopiedAndDeleted() {
        String name = "coder-" + System.nanoTime();
        try (ConsolePage console = ConsolePage.desktop(browsers.browser(), url).open()) {
            Page page = console.page();
            console.signIn(ConsoleServer.EMAIL, ConsoleServer.PASSWORD);
            console.go("Profiles");
            page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("New profile"))
                    .click();

            fill(console, "Temperature", "7");
            console.button("Create profile").click();
            assertThat(page.locator("#name-fault")).hasText("A profile needs a name.");
            assertThat(page.locator("#model_id-fault")).hasText("Choose a model.");
            assertThat(page.locator("#inference-temperature-fault")).hasText("From 0 to 2.");
            assertThat(page.locator("#name")).isFocused();
            console.screenshot("profile-faults");

            fill(console, "Name", name);
            model(page).selectOption(STARTER);
            fill(console, "Temperature", "0");
            fill(console, "System prompt", "Be brief.");
            console.button("Another option").click();
            fill(console, "Option", "enable_thinking");
            fill(console, "Value", "false");
            console.button("Create profile").click();

            Locator card = card(console, name);
            assertThat(card).containsText("enable_thinking: false");
            assertThat(card).containsText("not in memory");
            console.button("Start " + name).click();
            assertThat(card.locator(".state"))
                    .hasText("ready", new LocatorAssertions.HasTextOptions().setTimeout(30_000));
            console.screenshot("profile-ready");

            console.button("Duplicate " + name).click();
            page.getByLabel("Name of the copy").fill(name);
            page.getByLabel("Name of the copy").press("Enter");
            assertThat(page.getByRole(AriaRole.DIALOG)).containsText("already exists");
            page.getByLabel("Name of the copy").fill(name + "-copy");
            page.getByLabel("Name of the copy").press("Enter");
            assertThat(card(console, name + "-copy")).isVisible();

            page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Edit " + name + "-copy"))
                    .click();
            assertThat(page.getByLabel("System prompt")).hasValue("Be brief.");
            fill(console, "Description", "A copy");
            console.button("Save").click();
            assertThat(card(console, name + "-copy")).containsText("A copy");

            console.button("Stop " + name).click();
            assertThat(card.locator(".state"))
                    .hasText("not in memory", new LocatorAssertions.HasTextOptions().setTimeout(30_000));
            for (String each : new String[] {name + "-copy", name}) {
                console.button("Delete " + each).click();
                page.getByRole(AriaRole.DIALOG)
                        .getByText("Delete", new Locator.GetByTextOptions().setExact(true))
                        .click();
                assertThat(card(console, each)).hasCount(0);
            }
            assertThat(console.complaints()).isEmpty();
        }
    }

    @Test
    void aStartThatFailsSaysWhyOnItsCard() {
        try (ConsolePage console = ConsolePage.desktop(browsers.browser(), url).open()) {
            Page page = console.page();
            console.signIn(ConsoleServer.EMAIL, ConsoleServer.PASSWORD);
            page.route("**/api/profiles", route -> route.fulfill(json("""
                    [{"id": 99, "name": "too-large", "description": null, "request_name": "profile:too-large",
                      "model_id": "a/b", "model_type": "text-gen", "auto_start": false, "pinned": false,
                      "inference": {"temperature": null, "max_tokens": null}, "context": {"context_length": null},
                      "model_options": {}}]
                    """)));
            page.route("**/api/servers", route -> route.fulfill(json("""
                    [{"profile_id": 99, "state": "failed", "running": 0, "memory_mb": 0}]
                    """)));
            page.route("**/api/servers/99/status", route -> route.fulfill(json("""
                    {"state": "failed", "error_message": "it needs 90 GB, and 19 GB may be used"}
                    """)));
            console.go("Profiles");
            Locator card = card(console, "too-large");
            card.getByText("It could not be loaded").click();
            assertThat(card).containsText("it needs 90 GB, and 19 GB may be used");
            assertThat(card.getByText("Try again")).isVisible();
            console.screenshot("profile-failed");
        }
    }

    private static com.microsoft.playwright.Route.FulfillOptions json(String body) {
        return new com.microsoft.playwright.Route.FulfillOptions()
                .setContentType("application/json")
                .setBody(body);
    }

    @Test
    void aModelIsProbedStepByStepAndItsCardTellsWhatItCan() {
        try (ConsolePage console = ConsolePage.desktop(browsers.browser(), url).open()) {
            Page page = console.page();
            console.signIn(ConsoleServer.EMAIL, ConsoleServer.PASSWORD);
            console.go("Models");
            console.button("Probe " + STARTER).click();
            Locator dialog = page.getByRole(AriaRole.DIALOG);
            assertThat(dialog.getByRole(AriaRole.STATUS))
                    .containsText("Done.", new LocatorAssertions.ContainsTextOptions().setTimeout(60_000));
            assertThat(dialog).containsText("supports thinking: yes");
            assertThat(dialog).containsText("supports native tools: yes");
            console.screenshot("probe");
            dialog.getByText("New profile with it").click();

            assertThat(model(page)).hasValue(STARTER);
            page.getByLabel("enable_thinking").selectOption("off");
            page.goBack();
            assertThat(page.locator(".card").first()).containsText("thinking");
            assertThat(console.complaints()).isEmpty();
        }
    }

    @Test
    void aFolderThatIsNoModelIsRefusedBesideItsField() {
        try (ConsolePage console = ConsolePage.desktop(browsers.browser(), url).open()) {
            Page page = console.page();
            console.signIn(ConsoleServer.EMAIL, ConsoleServer.PASSWORD);
            console.go("Models");
            console.button("Import").click();
            page.getByText("On the server’s disk").click();
            page.getByLabel("Path on the server").fill("/nowhere/at/all");
            page.getByLabel("Name here").fill("no owner");
            page.getByLabel("Name here").press("Enter");
            assertThat(page.locator("#import-name-fault")).containsText("owner/name");
            page.getByLabel("Name here").fill("ada/nothing");
            page.getByLabel("Name here").press("Enter");
            assertThat(page.getByRole(AriaRole.DIALOG).locator(".fault").first())
                    .not()
                    .isEmpty();
            console.screenshot("import");
        }
    }
}
