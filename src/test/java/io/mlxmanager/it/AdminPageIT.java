package io.mlxmanager.it;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.WebSocketRoute;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The administration in a real browser: the live audit log, settings, log level, passwords of others; and one's own account. */
class AdminPageIT extends InBrowser {

    private static ConsolePage signedIn() {
        ConsolePage console = ConsolePage.desktop(browsers.browser(), url).open();
        console.signIn(ConsoleServer.EMAIL, ConsoleServer.PASSWORD);
        return console;
    }

    private static Locator rows(ConsolePage console) {
        return console.page().locator(".audit tbody tr");
    }

    @Test
    void theAuditLogIsLiveAndItsFiltersHoldForNewRowsToo() {
        String stranger = "stranger-" + System.nanoTime() + "@example.org";
        try (ConsolePage console = signedIn();
                ConsolePage other = ConsolePage.phone(browsers.browser(), url, ColorScheme.DARK)
                        .open()) {
            console.open("admin/audit");
            assertThat(console.page().locator(".live")).hasText("Live");
            assertThat(rows(console).first()).isVisible();
            other.register(stranger, ConsoleServer.PASSWORD);
            assertThat(rows(console).first()).containsText(stranger);
            console.screenshot("audit-live");

            console.page().getByLabel("Kind").selectOption("inference");
            assertThat(console.page().locator(".live")).hasText("Live");
            assertThat(console.page().locator("main")).not().containsText(stranger);
            other.open();
            other.submit(stranger, "not the password");
            assertThat(other.page().locator("#form-error")).not().isEmpty();
            console.page().getByLabel("Kind").selectOption("security");
            assertThat(rows(console).first()).containsText(stranger);
            console.page().getByLabel("Kind").selectOption("inference");
            assertThat(console.page().locator("main")).not().containsText(stranger);

            console.page().getByLabel("Kind").selectOption("");
            rows(console).first().getByRole(AriaRole.BUTTON).click();
            assertThat(console.page().getByRole(AriaRole.DIALOG)).containsText("client address");
            console.screenshot("audit-row");
            assertThat(console.complaints()).isEmpty();
        }
    }

    @Test
    void aBrokenLineComesBackWithoutARowTwiceAndARefusedOneStaysAway() {
        AtomicInteger lines = new AtomicInteger();
        AtomicInteger tickets = new AtomicInteger();
        try (ConsolePage console = signedIn()) {
            Page page = console.page();
            page.onRequest(request -> {
                if (request.url().endsWith("/api/auth/stream-tickets")
                        && request.postData().contains("/ws/audit-logs")) {
                    tickets.incrementAndGet();
                }
            });
            page.route(
                    "**/api/system/audit-logs?**",
                    route -> route.fulfill(new Route.FulfillOptions()
                            .setContentType("application/json")
                            .setBody("[]")));
            page.routeWebSocket(address -> address.contains("/ws/audit-logs"), line -> {
                int first = lines.incrementAndGet() == 1 ? 1 : 2;
                for (int id = first; id < first + 3; id++) {
                    line.send(frame(id));
                }
                line.close(new WebSocketRoute.CloseOptions()
                        .setCode(lines.get() == 1 ? 1011 : 1008)
                        .setReason("enough"));
            });
            console.open("admin/audit");
            assertThat(rows(console)).hasCount(4);
            assertThat(page.locator(".live")).hasText("Not live");
            assertThat(page.getByText("enough")).isVisible();
            assertThat(rows(console)).hasCount(4);
            assertThat(lines).hasValue(2);
            assertThat(tickets).as("tickets for the audit log").hasValue(2);
        }
    }

    private static String frame(int id) {
        return """
                {"type": "log", "data": {"id": %d, "kind": "security", "timestamp": "2026-01-01T00:00:00Z", "user_id": null,
                 "key_id": null, "model": null, "endpoint": "row %d", "subject": null, "status": "success", "duration_ms": 1,
                 "prompt_tokens": null, "completion_tokens": null}}
                """.formatted(id, id);
    }

    @Test
    void theLogIsExportedWithoutATokenInSightAndItsChainIsVerified() throws IOException {
        try (ConsolePage console = signedIn()) {
            console.open("admin/audit");
            assertThat(rows(console).first()).isVisible();
            Download file = console.page()
                    .waitForDownload(() -> console.button("Export CSV").click());
            List<String> lines = Files.readAllLines(file.path());
            assertThat(file.suggestedFilename()).isEqualTo("audit-logs.csv");
            assertThat(lines.get(0)).startsWith("timestamp,request_id,model");
            assertThat(lines).hasSizeGreaterThan(2);

            String token = (String) console.page().evaluate("sessionStorage.getItem('mm.session')");
            assertThat(console.requests()).noneMatch(each -> each.contains(token));
            console.button("Verify the chain").click();
            assertThat(console.page().getByText("The chain is intact")).isVisible();
            assertThat(console.complaints()).isEmpty();
        }
    }

    @Test
    void settingsCountAtOnceAndFaultyOnesSayWhy() {
        try (ConsolePage console = signedIn()) {
            Page page = console.page();
            console.open("admin/settings");
            Locator memory = page.getByRole(AriaRole.FORM, new Page.GetByRoleOptions().setName("Memory for models"));
            String before = page.getByLabel("Percent").inputValue();
            page.getByLabel("Percent").fill("101");
            memory.getByText("Save").click();
            assertThat(page.locator("#memory_limit_value-fault")).containsText("between 1 and 100");
            page.getByLabel("Percent").fill(before);
            memory.getByText("Save").click();
            assertThat(page.getByText("The memory for models is set.")).isVisible();

            Locator hub = page.getByRole(AriaRole.FORM, new Page.GetByRoleOptions().setName("Hugging Face"));
            page.getByLabel("Token").fill("hf_abc");
            hub.getByText("Save").click();
            assertThat(hub).containsText("A token is kept, sealed");
            assertThat(page.getByLabel("Token")).hasValue("");
            hub.getByText("Remove the token").click();
            assertThat(page.getByText("The token is gone.")).isVisible();
            assertThat(console.complaints()).isEmpty();
        }
    }

    @Test
    void theSystemPageTellsWhatRunsHereAndSetsTheLogLevel() {
        try (ConsolePage console = signedIn()) {
            Page page = console.page();
            console.open("admin/system");
            assertThat(page.getByRole(AriaRole.REGION, new Page.GetByRoleOptions().setName("Engine")))
                    .containsText("cpu");
            assertThat(page.getByRole(AriaRole.REGION, new Page.GetByRoleOptions().setName("Health")))
                    .containsText("up");
            page.getByLabel("Level").selectOption("debug");
            assertThat(page.getByText("The log now tells from debug on.")).isVisible();
            page.reload();
            assertThat(page.getByLabel("Level")).hasValue("debug");
            page.getByLabel("Level").selectOption("info");
            assertThat(page.getByText("The log now tells from info on.")).isVisible();
            assertThat(console.complaints()).isEmpty();
        }
    }

    @Test
    void aUserWithANewPasswordChangesItAndLogsOutEverywhere() {
        String email = "hopper-" + System.nanoTime() + "@example.org";
        try (ConsolePage console = signedIn();
                ConsolePage first = ConsolePage.desktop(browsers.browser(), url).open();
                ConsolePage second = ConsolePage.phone(browsers.browser(), url, ColorScheme.LIGHT)
                        .open()) {
            first.register(email, ConsoleServer.PASSWORD);
            assertThat(first.page().getByRole(AriaRole.STATUS)).containsText("An administrator has to approve it");
            console.go("Admin");
            console.button("Approve " + email).click();
            console.button("Reset password of " + email).click();
            console.page().getByLabel("Password", exactly()).fill("a password from the administrator");
            console.button("Set password").click();
            assertThat(console.page().getByText("has a new password")).isVisible();

            first.open();
            first.signIn(email, "a password from the administrator");
            second.open();
            second.signIn(email, "a password from the administrator");
            first.open("account");
            first.page().getByLabel("Present password").fill("not it");
            first.page().getByLabel("New password", exactly()).fill("quite another password");
            first.page().getByLabel("New password again").fill("quite another passwort");
            first.button("Change password").click();
            assertThat(first.page().locator("#password-repeated-fault")).isVisible();
            first.page().getByLabel("New password again").fill("quite another password");
            first.button("Change password").click();
            assertThat(first.page().locator("#password-current-fault")).containsText("wrong");
            first.page().getByLabel("Present password").fill("a password from the administrator");
            first.button("Change password").click();
            assertThat(first.page().getByText("The password was changed")).isVisible();
            first.screenshot("password-changed");

            second.open("models");
            assertThat(second.page().getByLabel("E-mail")).isVisible();
            second.open();
            second.signIn(email, "quite another password");
            first.button("Log out everywhere").click();
            first.page()
                    .getByRole(AriaRole.DIALOG)
                    .getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Log out everywhere"))
                    .click();
            assertThat(first.page().getByLabel("E-mail")).isVisible();
            second.open("models");
            assertThat(second.page().getByLabel("E-mail")).isVisible();
            assertThat(first.complaints()).isEmpty();
        }
    }

    private static Page.GetByLabelOptions exactly() {
        return new Page.GetByLabelOptions().setExact(true);
    }
}
