package io.mlxmanager.it;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import io.mlxmanager.testing.hub.HubStandIn;
import io.mlxmanager.testing.hub.StandInRepository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The page of models in a real browser, with a hub of our own behind the server. */
class ModelsPageIT {

    private static final Path STARTER = Path.of("src/main/resources/META-INF/models/starter-qwen3-4m-4bit");
    private static final String TWIN = "grace/twin-of-the-starter";
    private static final Locator.GetByTextOptions EXACTLY = new Locator.GetByTextOptions().setExact(true);

    private static final HubStandIn HUB = new HubStandIn();

    private static Browsers browsers;
    private static RunningServer server;
    private static String url;

    @BeforeAll
    static void openBrowser() throws IOException {
        browsers = Browsers.open();
        server = RunningServer.start(
                "models-page",
                Map.of(
                        "HF_ENDPOINT", HUB.endpoint().toString(),
                        "MLX_MANAGER_DOWNLOADS_PART_SIZE", "1 MiB",
                        "MLX_MANAGER_DOWNLOADS_KEEP_FREE", "0"));
        url = server.baseUrl().toString();
        ConsoleServer.makeFirstAccount(browsers.browser(), url);
        StandInRepository repository = HUB.repository(TWIN).downloads(1234);
        try (Stream<Path> files = Files.list(STARTER)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String name = file.getFileName().toString();
                byte[] bytes = Files.readAllBytes(file);
                if (name.endsWith(".safetensors")) {
                    repository.large(name, bytes);
                } else {
                    repository.small(name, bytes);
                }
            }
        }
        repository.text(
                "README.md",
                "---\nlicense: mit\n---\n# A twin\n<script>alert(1)</script>\n![x](https://example.org/x.png)\n");
        HUB.repository("grace/of-another-kind").text("config.json", "{\"model_type\":\"mamba\"}");
    }

    @AfterAll
    static void closeBrowser() {
        HUB.store().release();
        if (server != null) {
            server.close();
        }
        if (browsers != null) {
            browsers.close();
        }
        HUB.close();
    }

    private static ConsolePage models(ConsolePage console) {
        console.signIn(ConsoleServer.EMAIL, ConsoleServer.PASSWORD);
        console.go("Models");
        assertThat(console.page()
                        .getByRole(
                                AriaRole.HEADING,
                                new Page.GetByRoleOptions().setName("Models").setExact(true)))
                .isVisible();
        return console;
    }

    private static Locator card(ConsolePage console, String model) {
        return console.page().locator(".card").filter(new Locator.FilterOptions().setHasText(model));
    }

    private static void search(ConsolePage console, String query) {
        console.page()
                .getByRole(AriaRole.TAB, new Page.GetByRoleOptions().setName("Hugging Face"))
                .click();
        console.page().getByLabel("Search Hugging Face for MLX models").fill(query);
        console.button("Search").click();
    }

    @Test
    void aModelIsFoundFetchedUsedAndDeleted() {
        try (ConsolePage console =
                models(ConsolePage.desktop(browsers.browser(), url).open())) {
            Page page = console.page();
            assertThat(card(console, "starter-qwen3-4m-4bit")).containsText("4 bit");
            console.screenshot("models-here");

            search(console, "grace");
            console.button("Download grace/of-another-kind").click();
            assertThat(page.locator(".page .notice")).containsText("mamba");
            console.button("Dismiss").click();
            console.button("Does grace/of-another-kind fit?").click();
            assertThat(card(console, "of-another-kind")).containsText("mamba is not supported");
            assertThat(console.button("Download grace/of-another-kind")).hasCount(0);
            console.button("Does " + TWIN + " fit?").click();
            assertThat(card(console, TWIN)).containsText("Fits with its whole context");
            console.screenshot("models-hub");
            console.button("About " + TWIN).click();
            Locator about = page.getByRole(AriaRole.DIALOG);
            assertThat(about.getByRole(AriaRole.HEADING, new Locator.GetByRoleOptions().setName("A twin")))
                    .isVisible();
            assertThat(about).not().containsText("license");
            assertThat(about.locator("img, script, iframe")).hasCount(0);
            assertThat(about.getByRole(AriaRole.LINK, new Locator.GetByRoleOptions().setName("On 127.0.0.1")))
                    .hasAttribute("href", HUB.endpoint() + "/" + TWIN);
            console.screenshot("models-about");
            console.button("Close").click();

            HUB.store().holdAfter(1 << 20);
            console.button("Download " + TWIN).click();
            Locator tile = page.getByRole(AriaRole.REGION, new Page.GetByRoleOptions().setName("Download of " + TWIN));
            assertThat(tile.getByRole(AriaRole.METER)).isVisible();
            tile.getByText("Pause").click();
            assertThat(tile).containsText("paused");
            console.screenshot("models-download-paused");
            HUB.store().release();
            tile.getByText("Resume").click();
            assertThat(tile).hasCount(0, new LocatorAssertions.HasCountOptions().setTimeout(30_000));
            assertThat(card(console, TWIN)).containsText("on this machine");
            assertThat(console.button("Chat with " + TWIN)).isVisible();

            page.getByRole(AriaRole.TAB, new Page.GetByRoleOptions().setName("On this machine"))
                    .click();
            page.getByLabel("Filter the models on this machine").fill("twin");
            assertThat(page.locator(".card")).hasCount(1);
            card(console, TWIN).getByText("Chat").click();
            assertThat(page.getByLabel("Model", new Page.GetByLabelOptions().setExact(true)))
                    .hasValue(TWIN);
            console.ask("Hello!");
            assertThat(console.answer()).containsText("How can I help you?");

            page.goBack();
            console.button("Delete " + TWIN).click();
            assertThat(page.getByRole(AriaRole.DIALOG)).containsText("Delete this model?");
            console.screenshot("models-delete");
            page.getByRole(AriaRole.DIALOG)
                    .getByText("Delete", new Locator.GetByTextOptions().setExact(true))
                    .click();
            assertThat(page.locator(".page .notice")).containsText("in use");
            assertThat(console.complaints()).isEmpty();
        }
    }

    @Test
    void aFolderOfThisComputerBecomesAModelAndWhatIsNoneIsToldBefore() {
        try (ConsolePage console =
                models(ConsolePage.desktop(browsers.browser(), url).open())) {
            Page page = console.page();
            console.button("Import").click();
            Locator dialog = page.getByRole(AriaRole.DIALOG);
            assertThat(dialog.getByText("Drop the folder of a model here")).isVisible();
            page.locator("#import-folder").setInputFiles(Path.of("docs/decisions"));
            assertThat(dialog.getByRole(AriaRole.ALERT)).containsText("no config.json");
            console.screenshot("models-import");
            page.locator("#import-folder").setInputFiles(STARTER);
            assertThat(page.getByLabel("Name here")).hasValue("local/starter-qwen3-4m-4bit");
            page.getByLabel("Name here").fill("nobody");
            dialog.getByText("Import", EXACTLY).last().click();
            assertThat(page.getByLabel("Name here")).hasAttribute("aria-invalid", "true");
            page.getByLabel("Name here").fill("local/brought-along");
            dialog.getByText("Import", EXACTLY).last().click();
            assertThat(dialog).hasCount(0);
            assertThat(card(console, "brought-along")).containsText("4 bit");
            assertThat(page.getByLabel("Upload of local/brought-along")).hasCount(0);
            card(console, "brought-along").getByText("Chat").click();
            console.ask("Hello!");
            assertThat(console.answer()).containsText("How can I help you?");
            assertThat(console.complaints()).isEmpty();
        }
    }

    @Test
    void aZipIsDroppedOnThePageAndAnUploadOnItsWayIsCancelled() throws IOException {
        Path zip = zipOfTheStarter();
        try (ConsolePage console =
                models(ConsolePage.desktop(browsers.browser(), url).open())) {
            Page page = console.page();
            page.route("**/api/uploads/*/files/**", route -> {});
            drop(page, "dropped model.zip", Files.readAllBytes(zip));
            Locator dialog = page.getByRole(AriaRole.DIALOG);
            assertThat(page.getByLabel("Name here")).hasValue("local/dropped-model");
            dialog.getByText("Import", EXACTLY).last().click();
            Locator tile = page.getByRole(
                    AriaRole.REGION, new Page.GetByRoleOptions().setName("Upload of local/dropped-model"));
            assertThat(tile.getByRole(AriaRole.METER)).isVisible();
            console.screenshot("models-upload");
            page.waitForResponse(
                    response -> response.request().method().equals("DELETE") && response.status() == 204,
                    () -> tile.getByText("Cancel").click());
            assertThat(tile).hasCount(0);

            page.unroute("**/api/uploads/*/files/**");
            drop(page, "dropped model.zip", Files.readAllBytes(zip));
            dialog.getByText("Import", EXACTLY).last().click();
            assertThat(card(console, "dropped-model")).containsText("4 bit");
            assertThat(server.home().resolve("models/local/dropped-model/config.json"))
                    .isRegularFile();
            try (Stream<Path> left = Files.list(server.home().resolve("models"))) {
                assertThat(left.map(path -> path.getFileName().toString())).noneMatch(name -> name.startsWith("."));
            }
            assertThat(console.complaints()).isEmpty();
        } finally {
            Files.delete(zip);
        }
    }

    private static Path zipOfTheStarter() throws IOException {
        Path zip = Files.createTempFile("starter", ".zip");
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip));
                Stream<Path> files = Files.list(STARTER)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                out.putNextEntry(new ZipEntry("starter/" + file.getFileName()));
                Files.copy(file, out);
            }
        }
        return zip;
    }

    private static void drop(Page page, String name, byte[] bytes) {
        page.evaluate("""
                ([name, base64]) => {
                    const transfer = new DataTransfer();
                    const bytes = Uint8Array.from(atob(base64), (each) => each.charCodeAt(0));
                    transfer.items.add(new File([bytes], name, { type: 'application/zip' }));
                    document.querySelector('main').dispatchEvent(
                        new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }));
                }
                """, List.of(name, Base64.getEncoder().encodeToString(bytes)));
    }

    @Test
    void theAddressOfThePageCanBeOpenedAndItFitsAPhone() {
        try (ConsolePage console =
                ConsolePage.phone(browsers.browser(), url, ColorScheme.DARK).open()) {
            models(console);
            console.page().reload();
            assertThat(card(console, "starter-qwen3-4m-4bit")).isVisible();
            assertThat(console.scrollsSideways()).isFalse();
            console.screenshot("models-here");
            search(console, "grace");
            assertThat(card(console, "of-another-kind")).isVisible();
            assertThat(console.scrollsSideways()).isFalse();
            console.screenshot("models-hub");
            assertThat(console.complaints()).isEmpty();
        }
    }
}
