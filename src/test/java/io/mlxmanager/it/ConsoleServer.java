package io.mlxmanager.it;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import java.util.Map;

/**
 * The server that the browser tests share, a fresh one, because its first account is made through the page. Started by
 * the first test, stopped with the JVM.
 */
final class ConsoleServer {
    static final String EMAIL = "ada@example.org";
    static final String PASSWORD = ApiClient.PASSWORD;

    private static String url;

    private ConsoleServer() {}

    /** Its address; by then {@link #EMAIL} is its administrator. */
    static synchronized String url(Browser browser) {
        if (url == null) {
            RunningServer server = RunningServer.start("console", Map.of());
            Runtime.getRuntime().addShutdownHook(new Thread(server::close));
            String address = server.baseUrl().toString();
            makeFirstAccount(browser, address);
            url = address;
        }
        return url;
    }

    static void makeFirstAccount(Browser browser, String address) {
        try (ConsolePage console = ConsolePage.desktop(browser, address).open()) {
            assertThat(console.page().getByText("The account that you create now becomes its"))
                    .isVisible();
            console.screenshot("first-run");
            console.submit(EMAIL, PASSWORD);
            assertThat(console.messageBox()).isVisible();
            assertThat(console.button("What can you do?")).isEnabled();
            console.screenshot("first-account");
            console.accountMenu().click();
            assertThat(console.page().getByText("Administrator")).isVisible();
            assertThat(console.complaints()).isEmpty();
        }
    }
}
