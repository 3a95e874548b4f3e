package io.mlxmanager.it;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** What tests of the page share: a browser for each class, and the server of {@link ConsoleServer} for all of them. */
abstract class InBrowser {

    static Browsers browsers;
    static String url;

    @BeforeAll
    static void openBrowser() {
        browsers = Browsers.open();
        url = ConsoleServer.url(browsers.browser());
    }

    @AfterAll
    static void closeBrowser() {
        if (browsers != null) {
            browsers.close();
            browsers = null;
        }
    }
}
