package io.mlxmanager.it;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.google.gson.JsonObject;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The page as a person uses it: by labels and names, not by its inner structure. Remembers every request and every
 * complaint of the browser. Confined to the thread of its test; closed by it.
 */
final class ConsolePage implements AutoCloseable {
    private static final Path SCREENSHOTS = Path.of("target", "screenshots");

    private final String baseUrl;
    private final BrowserContext context;
    private final Page page;
    private final String variant;
    private final List<String> requests = new ArrayList<>();
    private final List<String> complaints = new ArrayList<>();

    private ConsolePage(Browser browser, String baseUrl, String variant, Browser.NewContextOptions options) {
        this.baseUrl = baseUrl.endsWith("/") ? baseUrl : baseUrl + "/";
        this.variant = variant;
        context = browser.newContext(options);
        // The same answer every time, as a person who moved the temperature to 0 gets it.
        context.addInitScript(
                "if (!localStorage.length) localStorage.setItem('mm.chat-settings', '{\"temperature\":0}')");
        page = context.newPage();
        page.onRequest(request -> requests.add(request.url()));
        page.onPageError(complaints::add);
        page.onDialog(dialog -> {
            complaints.add("dialog: " + dialog.message());
            dialog.dismiss();
        });
        page.onConsoleMessage(message -> {
            // The browser itself reports every 4xx as an error, also those that a test provokes.
            if (message.type().equals("error") && !message.text().startsWith("Failed to load resource")) {
                complaints.add(message.text());
            }
        });
    }

    static ConsolePage desktop(Browser browser, String baseUrl) {
        return desktop(browser, baseUrl, ColorScheme.LIGHT);
    }

    static ConsolePage desktop(Browser browser, String baseUrl, ColorScheme scheme) {
        Browser.NewContextOptions options =
                new Browser.NewContextOptions().setViewportSize(1280, 800).setColorScheme(scheme);
        return new ConsolePage(browser, baseUrl, "desktop-" + name(scheme), options);
    }

    static ConsolePage phone(Browser browser, String baseUrl, ColorScheme scheme) {
        Browser.NewContextOptions options = new Browser.NewContextOptions()
                .setViewportSize(360, 740)
                .setHasTouch(true)
                .setColorScheme(scheme);
        return new ConsolePage(browser, baseUrl, "phone-" + name(scheme), options);
    }

    /** Opens the chat. */
    ConsolePage open() {
        return open("chat");
    }

    /** @param place an address inside the page, without a slash before it */
    ConsolePage open(String place) {
        page.navigate(baseUrl + place);
        return this;
    }

    /** Fills the sign-in or registration form that is shown and submits it. */
    void submit(String email, String password) {
        page.getByLabel("E-mail").fill(email);
        page.getByLabel("Password").fill(password);
        page.getByLabel("Password").press("Enter");
    }

    void register(String email, String password) {
        button("Create an account").click();
        submit(email, password);
    }

    void signIn(String email, String password) {
        submit(email, password);
        assertThat(messageBox()).isVisible();
    }

    void logOut() {
        accountMenu().click();
        button("Log out").click();
        assertThat(page.getByLabel("E-mail")).isVisible();
    }

    /** Follows a link of the navigation, on a phone through its menu. */
    void go(String place) {
        Locator link = page.getByRole(
                AriaRole.LINK, new Page.GetByRoleOptions().setName(place).setExact(true));
        Locator places = button("Places");
        link.or(places).locator("visible=true").first().waitFor();
        if (!link.isVisible()) {
            places.click();
        }
        link.click();
    }

    void ask(String question) {
        messageBox().fill(question);
        messageBox().press("Enter");
    }

    /** Waits until the latest answer is complete, and gives its article. */
    Locator answer() {
        Locator answer = page.locator("article.answer").last();
        assertThat(answer).hasAttribute("aria-busy", "false");
        return answer;
    }

    Locator messageBox() {
        return page.getByLabel("Message", new Page.GetByLabelOptions().setExact(true));
    }

    Locator button(String name) {
        return page.getByRole(
                AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    Locator accountMenu() {
        return page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(Pattern.compile("^Account ")));
    }

    Page page() {
        return page;
    }

    /** Lets answers arrive slowly, once what draws them is there, so that a test can see them grow however fast the model is. */
    void slowDown() {
        page.evaluate("customElements.whenDefined('mm-message').then(() => true)");
        JsonObject conditions = new JsonObject();
        conditions.addProperty("offline", false);
        conditions.addProperty("latency", 0);
        conditions.addProperty("downloadThroughput", 10_000);
        conditions.addProperty("uploadThroughput", -1);
        CDPSession session = context.newCDPSession(page);
        session.send("Network.enable");
        session.send("Network.emulateNetworkConditions", conditions);
    }

    /** The addresses of all requests so far, in order. */
    List<String> requests() {
        return List.copyOf(requests);
    }

    /** Errors of scripts, refusals of the security policy, dialogs. */
    List<String> complaints() {
        return List.copyOf(complaints);
    }

    /** Whether something is wider than the window. */
    boolean scrollsSideways() {
        return (Boolean) page.evaluate("document.documentElement.scrollWidth > innerWidth");
    }

    void screenshot(String name) {
        page.screenshot(new Page.ScreenshotOptions().setPath(SCREENSHOTS.resolve(name + "-" + variant + ".png")));
    }

    @Override
    public void close() {
        context.close();
    }

    private static String name(ColorScheme scheme) {
        return scheme == ColorScheme.DARK ? "dark" : "light";
    }
}
