package io.mlxmanager.it;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The page in a real browser, against the running server and the starter model. */
class ConsoleIT extends InBrowser {
    private static final String CAN_DO = "I can answer questions about MLX Manager, call tools such as the calculator";
    private static final Pattern METRICS =
            Pattern.compile("\\d+ tokens\\s+[\\d,.]+ tokens/s\\s+first after [\\d.]+ m?s");

    @Test
    void aLaterAccountWaitsForApproval() {
        try (ConsolePage console = ConsolePage.desktop(browsers.browser(), url).open()) {
            console.button("Create an account").click();
            assertThat(console.page().locator("main"))
                    .containsText("The first account on a new server becomes its administrator");
            console.screenshot("register");
            console.submit("later-" + System.nanoTime() + "@example.org", ConsoleServer.PASSWORD);
            assertThat(console.page().getByRole(AriaRole.STATUS)).containsText("An administrator has to approve it");
            console.screenshot("pending");
        }
    }

    @Test
    void aWrongPasswordKeepsTheFormAndSaysSo() {
        try (ConsolePage console = ConsolePage.desktop(browsers.browser(), url).open()) {
            console.page().evaluate("window.notReloaded = true");
            console.submit(ConsoleServer.EMAIL, "not the password");
            assertThat(console.page().locator("#form-error")).containsText("Incorrect email or password");
            assertThat(console.page().getByLabel("E-mail")).hasValue(ConsoleServer.EMAIL);
            assertThat(console.page().evaluate("window.notReloaded")).isEqualTo(true);
            console.screenshot("wrong-password");
            Locator password = console.page().getByLabel("Password");
            assertThat(password).hasAttribute("type", "password");
            console.button("Show").click();
            assertThat(password).hasAttribute("type", "text");
            assertThat(password).hasValue("not the password");
        }
    }

    @Test
    void aQuestionIsAnsweredWhileOneWatches() {
        try (ConsolePage console = ConsolePage.desktop(browsers.browser(), url).open()) {
            console.screenshot("sign-in");
            console.signIn(ConsoleServer.EMAIL, ConsoleServer.PASSWORD);
            console.screenshot("empty-chat");
            // Collects what stands in the answer after every change: a streamed one grows.
            console.page().evaluate("""
                    () => {
                        window.seen = new Set();
                        new MutationObserver(() => {
                            const text = document.querySelector('article.answer mm-markdown')?.textContent;
                            if (text) window.seen.add(text.length);
                        }).observe(document.body, { subtree: true, childList: true, characterData: true });
                    }
                    """);
            console.slowDown();
            console.button("What can you do?").click();
            Locator answer = console.answer();

            assertThat(answer.locator("mm-markdown")).containsText(CAN_DO);
            assertThat(answer.locator("footer")).containsText(METRICS);
            Locator thinking = answer.locator("details.thinking");
            assertThat(thinking.locator("summary")).containsText("Thought for");
            assertThat(thinking.getByText("The user asks about MLX Manager")).isHidden();
            thinking.locator("summary").click();
            assertThat(thinking.getByText("The user asks about MLX Manager")).isVisible();
            assertThat((Integer) console.page().evaluate("window.seen.size"))
                    .as("versions of the answer")
                    .isGreaterThan(1);
            assertThat(console.page().getByLabel("Server status")).containsText("starter-qwen3-4m-4bit");
            assertThat(console.complaints()).isEmpty();
            console.screenshot("answer");
        }
    }

    @Test
    void anAnswerCanBeStopped() {
        try (ConsolePage console = ConsolePage.desktop(browsers.browser(), url).open()) {
            console.signIn(ConsoleServer.EMAIL, ConsoleServer.PASSWORD);
            console.slowDown();
            console.ask("Tell me a story about a fox.");
            assertThat(console.page().locator("article.answer")).containsText("Once upon a time");
            console.messageBox().press("Escape");
            assertThat(console.answer().locator("footer")).containsText("stopped");
            assertThat(console.button("Send")).isVisible();
            console.ask("What is MLX Manager?");
            assertThat(console.answer()).containsText("downloads, runs and serves language models");
        }
    }

    @Test
    void theConversationSurvivesAReloadAndEndsWithTheSession() {
        try (ConsolePage console = ConsolePage.desktop(browsers.browser(), url).open()) {
            console.signIn(ConsoleServer.EMAIL, ConsoleServer.PASSWORD);
            console.ask("Hello!");
            assertThat(console.answer()).containsText("Hello");
            console.page().reload();
            assertThat(console.answer()).containsText("Hello");
            console.logOut();
            assertThat(console.page().evaluate("sessionStorage.length")).isEqualTo(0);
            assertThat((String) console.page().evaluate("JSON.stringify(localStorage)"))
                    .doesNotContain("eyJ", "Hello");
            console.page().reload();
            assertThat(console.page().getByLabel("E-mail")).isVisible();
        }
    }

    @Test
    void aSessionThatEndsKeepsTheDraft() {
        try (ConsolePage console = ConsolePage.desktop(browsers.browser(), url).open()) {
            console.signIn(ConsoleServer.EMAIL, ConsoleServer.PASSWORD);
            console.messageBox().fill("A long thought");
            console.page()
                    .route(
                            "**/api/auth/stream-tickets",
                            route -> route.fulfill(new Route.FulfillOptions()
                                    .setStatus(401)
                                    .setContentType("application/problem+json")
                                    .setBody("{\"detail\":\"Could not validate credentials\"}")));
            // As if somebody came back to the tab: its event stream is opened anew.
            console.page().evaluate("document.dispatchEvent(new Event('visibilitychange'))");
            assertThat(console.page().getByText("Your session has ended.")).isVisible();
            console.page().unroute("**/api/auth/stream-tickets");
            console.signIn(ConsoleServer.EMAIL, ConsoleServer.PASSWORD);
            assertThat(console.messageBox()).hasValue("A long thought");
        }
    }

    @Test
    void everyScreenFitsEveryWindow() {
        for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            try (ConsolePage phone = ConsolePage.phone(browsers.browser(), url, scheme);
                    ConsolePage desktop = ConsolePage.desktop(browsers.browser(), url, scheme)) {
                for (ConsolePage console : List.of(phone, desktop)) {
                    lookAtEveryScreen(console);
                }
            }
        }
    }

    private static void lookAtEveryScreen(ConsolePage console) {
        console.open();
        look(console, "sign-in");
        console.signIn(ConsoleServer.EMAIL, ConsoleServer.PASSWORD);
        assertThat(console.button("What can you do?")).isEnabled();
        look(console, "empty-chat");
        console.ask("Write hello world in Java.");
        console.answer();
        assertThat(console.page().locator("figure.code").first()).isVisible();
        look(console, "code");
        console.button("Settings").click();
        assertThat(console.page().getByLabel("System prompt")).isFocused();
        look(console, "settings");
        console.page().keyboard().press("Escape");
        assertThat(console.page().getByLabel("System prompt")).isHidden();
        console.accountMenu().click();
        look(console, "account");
        assertThat(console.complaints()).isEmpty();
    }

    private static void look(ConsolePage console, String name) {
        console.screenshot(name);
        assertThat(console.scrollsSideways()).as(name + " scrolls sideways").isFalse();
    }
}
