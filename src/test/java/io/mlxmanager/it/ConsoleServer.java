package io.mlxmanager.it;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import io.mlxmanager.testing.hub.HubStandIn;
import java.util.Map;

/**
 * The server that the browser tests share, a fresh one, because its first account is made through the page. Started by
 * the first test, stopped with the JVM.
 */
final class ConsoleServer {
    static final String EMAIL = "ada@example.org";
    static final String PASSWORD = ApiClient.PASSWORD;

    /** The hub that this server downloads from. */
    static final HubStandIn HUB = new HubStandIn();

    private static String url;

    private ConsoleServer() {}

    /** Its address; by then {@link #EMAIL} is its administrator. */
    static synchronized String url(Browser browser) {
        if (url == null) {
            RunningServer server = RunningServer.start(
                    "console",
                    Map.of(
                            "HF_ENDPOINT", HUB.endpoint().toString(),
                            "MLX_MANAGER_DOWNLOADS_PART_SIZE", "1 MiB",
                            "MLX_MANAGER_DOWNLOADS_KEEP_FREE", "0"));
            Runtime.getRuntime().addShutdownHook(new Thread(server::close));
            String address = server.baseUrl().toString();
            makeFirstAccount(browser, address);
            url = address;
        }
        return url;
    }

    private static void makeFirstAccount(Browser browser, String address) {
        try (ConsolePage console = ConsolePage.desktop(browser, address).open()) {
            console.register(EMAIL, PASSWORD);
            assertThat(console.messageBox()).isVisible();
            assertThat(console.button("What can you do?")).isEnabled();
            console.screenshot("first-account");
            console.accountMenu().click();
            assertThat(console.page().getByText("Administrator")).isVisible();
            assertThat(console.complaints()).isEmpty();
        }
    }
}
