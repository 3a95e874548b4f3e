package io.mlxmanager.it;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.PlaywrightException;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A browser for tests: the one named by {@code -Dbrowser.path} or {@code BROWSER_PATH}, else an installed Chromium or
 * Chrome, else the one that Playwright fetches. Where none can be had the tests are skipped with one line, or fail when
 * {@code -Dbrowser.required=true}. Confined to the thread of its test; closed by it.
 */
final class Browsers implements AutoCloseable {
    private static final List<String> NAMES =
            List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome");
    private static final List<Path> PLACES = List.of(
            Path.of("/usr/bin/chromium"),
            Path.of("/snap/bin/chromium"),
            Path.of("/opt/google/chrome/chrome"),
            Path.of("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
            Path.of("/Applications/Chromium.app/Contents/MacOS/Chromium"));

    /** What a page shows may take its time where many tests share a machine; what never comes is still missed. */
    private static final double PATIENCE = 20_000;

    private final Playwright playwright;
    private final Browser browser;

    private Browsers(Playwright playwright, Browser browser) {
        this.playwright = playwright;
        this.browser = browser;
    }

    /**
     * Starts a headless browser, or skips the calling test.
     *
     * @param arguments for its command line, besides the usual ones
     */
    static Browsers open(String... arguments) {
        Optional<Path> installed = installed();
        try {
            return launch(installed, arguments);
        } catch (RuntimeException e) {
            // Playwright's own exception where the browser does not start, a bare one where none could be fetched.
            String message = "No browser for the tests of the page: "
                    + installed
                            .map(path -> path + " does not start")
                            .orElse("neither Chromium nor Chrome is installed, and none could be fetched")
                    + " (" + reason(e) + ")";
            if (Boolean.getBoolean("browser.required")) {
                throw new IllegalStateException(message, e);
            }
            System.getLogger(Browsers.class.getName()).log(System.Logger.Level.WARNING, message + "; they are skipped");
            assumeTrue(false, message);
            throw new AssertionError("unreachable", e);
        }
    }

    /** The one line of Playwright's long message that says what happened. */
    private static String reason(RuntimeException e) {
        String message = String.valueOf(e.getMessage());
        return message.lines()
                .filter(line -> line.contains("message='"))
                .map(line -> line.substring(line.indexOf('\'') + 1))
                .findFirst()
                .orElseGet(() -> message.lines().findFirst().orElse(""));
    }

    Browser browser() {
        return browser;
    }

    @Override
    public void close() {
        browser.close();
        playwright.close();
    }

    private static Browsers launch(Optional<Path> installed, String... arguments) {
        Playwright.CreateOptions options = new Playwright.CreateOptions();
        BrowserType.LaunchOptions launch = new BrowserType.LaunchOptions().setHeadless(true);
        List<String> all = new ArrayList<>(List.of(arguments));
        if (installed.isPresent()) {
            options.setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"));
            launch.setExecutablePath(installed.get());
        }
        // Chromium refuses its sandbox to the administrator, which is who runs tests in a container.
        if ("root".equals(System.getProperty("user.name"))) {
            all.add("--no-sandbox");
        }
        launch.setArgs(all);
        Playwright playwright = Playwright.create(options);
        PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE);
        try {
            return new Browsers(playwright, playwright.chromium().launch(launch));
        } catch (PlaywrightException e) {
            playwright.close();
            throw e;
        }
    }

    private static Optional<Path> installed() {
        String named = Optional.ofNullable(System.getProperty("browser.path")).orElse(System.getenv("BROWSER_PATH"));
        if (named != null && !named.isBlank()) {
            return Optional.of(Path.of(named));
        }
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        Stream<Path> onPath = NAMES.stream()
                .flatMap(name -> Stream.of(path.split(File.pathSeparator))
                        .filter(folder -> !folder.isEmpty())
                        .map(folder -> Path.of(folder, name)));
        return Stream.concat(onPath, PLACES.stream())
                .filter(Files::isExecutable)
                .findFirst();
    }
}
