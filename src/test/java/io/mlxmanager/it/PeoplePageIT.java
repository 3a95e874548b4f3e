package io.mlxmanager.it;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

/** Users and keys in a real browser. */
class PeoplePageIT extends InBrowser {

    @Test
    void anAdministratorApprovesAUserWhoThenSignsInAndIsDisabledWithThePageOpen() {
        String email = "grace-" + System.nanoTime() + "@example.org";
        try (ConsolePage console = ConsolePage.desktop(browsers.browser(), url).open();
                ConsolePage other = ConsolePage.phone(browsers.browser(), url, ColorScheme.DARK)
                        .open()) {
            other.register(email, ConsoleServer.PASSWORD);
            assertThat(other.page().getByRole(AriaRole.STATUS)).containsText("An administrator has to approve it");

            console.signIn(ConsoleServer.EMAIL, ConsoleServer.PASSWORD);
            console.go("Admin");
            assertThat(console.page().locator("main")).containsText("Waiting for approval");
            console.screenshot("users");
            console.button("Approve " + email).click();
            assertThat(console.button("Disable " + email)).isVisible();

            other.open();
            other.signIn(email, ConsoleServer.PASSWORD);
            assertThat(other.page().getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Admin")))
                    .hasCount(0);
            console.button("Disable " + email).click();
            assertThat(console.button("Approve " + email)).isVisible();
            // Nobody touches the other page: the stream that it listens to ends, and it asks why.
            assertThat(other.page().getByRole(AriaRole.STATUS))
                    .containsText(
                            "Your session has ended", new LocatorAssertions.ContainsTextOptions().setTimeout(5_000));
            assertThat(other.page().getByLabel("E-mail")).isVisible();

            console.button("Delete " + email).click();
            console.page()
                    .getByRole(AriaRole.DIALOG)
                    .getByText("Delete", new Locator.GetByTextOptions().setExact(true))
                    .click();
            assertThat(console.page().locator("main")).not().containsText(email);
            assertThat(console.complaints()).isEmpty();
        }
    }

    @Test
    void aKeyIsMadeShownOnceUsedAndRevoked() throws Exception {
        String name = "laptop " + System.nanoTime();
        try (ConsolePage console = ConsolePage.desktop(browsers.browser(), url).open()) {
            console.signIn(ConsoleServer.EMAIL, ConsoleServer.PASSWORD);
            console.go("API");
            console.page().getByLabel("Name of the new key").fill(name);
            console.button("Make a key").click();
            String key = console.page().locator(".secret").textContent();
            assertThat(console.page()
                            .getByRole(AriaRole.REGION, new Page.GetByRoleOptions().setName("curl: Chat completions")))
                    .containsText("Bearer " + key);
            console.screenshot("keys");
            assertThat(modelsWith(key)).isEqualTo(200);

            console.go("Chat");
            console.go("API");
            assertThat(console.page().locator("main")).not().containsText(key);
            console.button("Revoke " + name).click();
            console.page()
                    .getByRole(AriaRole.DIALOG)
                    .getByText("Revoke", new Locator.GetByTextOptions().setExact(true))
                    .click();
            assertThat(console.page().locator("main")).not().containsText(name);
            assertThat(modelsWith(key)).isEqualTo(401);
            assertThat(console.complaints()).isEmpty();
        }
        try (ConsolePage phone =
                ConsolePage.phone(browsers.browser(), url, ColorScheme.LIGHT).open()) {
            phone.signIn(ConsoleServer.EMAIL, ConsoleServer.PASSWORD);
            phone.go("API");
            phone.screenshot("keys");
            assertThat(phone.scrollsSideways()).isFalse();
            phone.go("Admin");
            assertThat(phone.page().locator("table")).isVisible();
            assertThat(phone.page().locator("td.actions button").first())
                    .isInViewport(new LocatorAssertions.IsInViewportOptions().setRatio(1));
            phone.screenshot("users");
            assertThat(phone.scrollsSideways()).isFalse();
        }
    }

    private static int modelsWith(String key) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(java.net.URI.create(url + "/v1/models"))
                .header("Authorization", "Bearer " + key)
                .build();
        return java.net.http.HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }
}
