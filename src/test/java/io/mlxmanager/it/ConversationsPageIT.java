package io.mlxmanager.it;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.FilePayload;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Conversations that are kept: in another browser, by name, in versions, as files. */
class ConversationsPageIT extends InBrowser {

    @Test
    void anotherBrowserShowsTheConversationWithThinkingToolsFilesAndNumbers() {
        String mark = "note-" + System.nanoTime() + ".txt";
        String address;
        try (ConsolePage console = signedIn()) {
            console.button("Settings").click();
            console.page()
                    .getByRole(AriaRole.SWITCH, new Page.GetByRoleOptions().setName("Tools"))
                    .check();
            console.page().keyboard().press("Escape");
            attach(console, mark, "The fox is red.");
            console.ask("What is 12 * 7?");
            assertThat(console.page().locator("mm-tool-call")).containsText("84");
            console.answer();
            assertThat(item(console, "What is 12 * 7?").first()).isVisible();
            address = console.page().url();
            assertThat(address).contains("/chat/");
            console.screenshot("tool-call");
            // Closed at once: what is there by now must be on the server already.
        }
        try (ConsolePage other = ConsolePage.phone(browsers.browser(), url, ColorScheme.DARK)) {
            other.page().navigate(address);
            other.signIn(ConsoleServer.EMAIL, ConsoleServer.PASSWORD);
            assertThat(other.page().locator(".text-file")).containsText(mark);
            other.page().locator(".text-file summary").click();
            assertThat(other.page().getByText("The fox is red.")).isVisible();
            Locator call = other.page().locator("mm-tool-call").first();
            call.locator("summary").click();
            assertThat(call).containsText("Arguments");
            assertThat(call).containsText("12 * 7");
            assertThat(other.page().locator("details.thinking summary").first()).containsText("Thought for");
            assertThat(other.answer().locator("footer")).containsText(Pattern.compile("\\d+ tokens"));
            other.screenshot("reopened");
            assertThat(other.scrollsSideways()).isFalse();
            assertThat(other.complaints()).isEmpty();
        }
    }

    @Test
    void anAnswerGoesOnWhileAnotherConversationIsShownAndTheListTellsHowItGoes() {
        try (ConsolePage console = signedIn()) {
            Page page = console.page();
            console.slowDown();
            console.ask("Tell me a story about a fox.");
            assertThat(page.locator("article.answer")).containsText("Once upon a time");
            page.waitForURL(Pattern.compile("/chat/.+"));
            String address = URI.create(page.url()).getPath();
            Locator row = page.locator(".row")
                    .filter(new Locator.FilterOptions().setHas(page.locator("a[href='" + address + "']")));

            console.button("New chat").first().click();
            assertThat(page.locator("article.answer")).hasCount(0);
            assertThat(console.button("Send")).isVisible();
            assertThat(row.getByLabel("An answer is being written")).isVisible();
            console.screenshot("answering-elsewhere");
            assertThat(row.getByLabel("A new answer")).isVisible();

            row.getByRole(AriaRole.LINK).click();
            assertThat(console.answer().locator("footer")).containsText(Pattern.compile("\\d+ tokens"));
            assertThat(console.answer().locator("footer")).not().containsText("stopped");
            assertThat(row.getByRole(AriaRole.IMG)).hasCount(0);
            String told = console.answer().locator("mm-markdown").textContent();
            page.reload();
            assertThat(console.answer().locator("mm-markdown")).hasText(told);
            assertThat(console.complaints()).isEmpty();
        }
    }

    @Test
    void anAnswerIsKeptWhenThePageIsClosedRightAfterIt() {
        String address;
        try (ConsolePage console = signedIn()) {
            console.ask("Hello!");
            console.answer();
            address = console.page().url();
        }
        try (ConsolePage other = ConsolePage.desktop(browsers.browser(), url)) {
            other.page().navigate(address);
            other.signIn(ConsoleServer.EMAIL, ConsoleServer.PASSWORD);
            assertThat(other.answer().locator("mm-markdown")).containsText("Hello");
            assertThat(other.answer().locator("footer")).containsText("tokens");
            assertThat(other.answer().locator("footer")).not().containsText("stopped");
        }
    }

    @Test
    void aConversationIsFoundRenamedSavedAndDeleted() throws IOException {
        String words = "fox" + System.nanoTime();
        try (ConsolePage console = signedIn()) {
            Page page = console.page();
            console.ask("Tell me about " + words);
            console.answer();
            console.button("New chat").first().click();
            console.ask("Hello!");
            console.answer();
            page.getByLabel("Search conversations").fill(words.toUpperCase(Locale.ROOT));
            assertThat(page.locator("mm-history-item")).hasCount(1);

            menu(console, "Tell me about " + words, "Rename");
            page.getByLabel("New title").fill("All about " + words);
            page.getByLabel("New title").press("Enter");
            assertThat(item(console, "All about " + words)).isVisible();
            console.screenshot("history");

            Download markdown = page.waitForDownload(() -> menu(console, "All about " + words, "Save as Markdown"));
            assertThat(markdown.suggestedFilename()).isEqualTo("all-about-" + words + ".md");
            assertThat(Files.readString(markdown.path()))
                    .startsWith("# All about " + words)
                    .contains("Tell me about " + words, "## mlx-manager/starter");
            Download json = page.waitForDownload(() -> menu(console, "All about " + words, "Save as JSON"));
            assertThat(Files.readString(json.path())).startsWith("{").contains("\"messages\"", words);

            menu(console, "All about " + words, "Delete…");
            Locator dialog = page.getByRole(AriaRole.DIALOG);
            assertThat(dialog).containsText("cannot be undone");
            console.screenshot("delete-conversation");
            dialog.getByText("Keep it").click();
            assertThat(item(console, "All about " + words)).isVisible();
            menu(console, "All about " + words, "Delete…");
            dialog.getByText("Delete", new Locator.GetByTextOptions().setExact(true))
                    .click();
            assertThat(page.locator("mm-history-item")).hasCount(0);
            assertThat(console.complaints()).isEmpty();
        }
    }

    @Test
    void answersAndQuestionsHaveVersionsAndAConversationMayFork() {
        try (ConsolePage console = signedIn()) {
            Page page = console.page();
            console.ask("Hello!");
            console.answer();
            console.button("Answer again").click();
            assertThat(console.answer().locator(".versions")).containsText("2 of 2");
            console.button("Earlier version").click();
            assertThat(console.answer().locator(".versions")).containsText("1 of 2");

            page.locator(".asked").hover();
            console.button("Edit and send again").click();
            page.getByLabel("Your question").fill("What is MLX Manager?");
            page.getByLabel("Your question").press("Enter");
            assertThat(console.answer()).containsText("language models");
            assertThat(page.locator(".asked .versions")).containsText("2 of 2");
            page.locator(".asked").getByLabel("Earlier version").click();
            assertThat(page.locator("article.question")).containsText("Hello!");
            String before = page.url();
            page.reload();
            assertThat(page.locator("article.question")).containsText("Hello!");
            assertThat(console.answer().locator(".versions")).containsText("of 2");

            console.button("Go on from here in a new chat").click();
            page.waitForURL(address -> !address.equals(before));
            assertThat(page.locator("article.question")).containsText("Hello!");
            assertThat(page.locator(".versions")).hasCount(0);
            console.screenshot("versions");
            assertThat(console.complaints()).isEmpty();
        }
    }

    @Test
    void theAnthropicDoorGivesTheSameChat() {
        try (ConsolePage console = signedIn()) {
            console.button("Settings").click();
            console.page().getByLabel("Anthropic").check();
            console.page().keyboard().press("Escape");
            console.ask("What is MLX Manager?");
            assertThat(console.answer()).containsText("language models");
            assertThat(console.answer().locator("footer")).containsText(Pattern.compile("\\d+ tokens"));
            assertThat(console.page().locator("details.thinking summary")).containsText("Thought for");
            assertThat(console.requests()).anyMatch(each -> each.endsWith("/v1/messages"));
            assertThat(console.requests()).noneMatch(each -> each.endsWith("/v1/chat/completions"));
            console.ask("Hello!");
            assertThat(console.answer()).containsText("Hello");
            assertThat(console.complaints()).isEmpty();
        }
    }

    @Test
    void aPictureForAModelThatCannotSeeIsRefusedWithASentence() {
        try (ConsolePage console = signedIn()) {
            console.button("Attach files").hover();
            assertThat(console.button("Attach files"))
                    .hasAttribute("title", Pattern.compile("Pictures are for models.*"));
            assertThat(console.page().locator("#files")).not().hasAttribute("accept", Pattern.compile(".*image/.*"));
            console.page().locator("#files").setInputFiles(new FilePayload("fox.png", "image/png", new byte[] {1, 2, 3
            }));
            assertThat(console.page().getByRole(AriaRole.ALERT)).containsText("cannot see pictures");
            assertThat(console.page().locator(".attached")).hasCount(0);
            attach(console, "Fox.java", "class Fox {}");
            assertThat(console.page().locator(".attached")).containsText("Fox.java");
            console.screenshot("attachments");
            console.button("Remove Fox.java").click();
            assertThat(console.page().locator(".attached")).hasCount(0);
        }
    }

    @Test
    void theListIsADrawerOnAPhone() {
        for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            try (ConsolePage phone =
                    ConsolePage.phone(browsers.browser(), url, scheme).open()) {
                phone.signIn(ConsoleServer.EMAIL, ConsoleServer.PASSWORD);
                assertThat(phone.page().locator("#chat-history")).isHidden();
                phone.button("Conversations").click();
                assertThat(phone.page().locator("#chat-history")).isVisible();
                phone.screenshot("history");
                assertThat(phone.scrollsSideways()).isFalse();
                phone.button("Close conversations").click();
                assertThat(phone.page().locator("#chat-history")).isHidden();
            }
        }
    }

    private static void attach(ConsolePage console, String name, String text) {
        console.page()
                .locator("#files")
                .setInputFiles(new FilePayload(name, "text/plain", text.getBytes(StandardCharsets.UTF_8)));
        assertThat(console.page().locator(".attached")).containsText(name);
    }

    private static void menu(ConsolePage console, String title, String entry) {
        console.button("More about " + title).click();
        console.page()
                .locator("mm-history-item .menu:popover-open")
                .getByText(entry, new Locator.GetByTextOptions().setExact(true))
                .click();
    }

    private static Locator item(ConsolePage console, String title) {
        return console.page().locator("mm-history-item a").filter(new Locator.FilterOptions().setHasText(title));
    }

    private static ConsolePage signedIn() {
        ConsolePage console = ConsolePage.desktop(browsers.browser(), url).open();
        console.signIn(ConsoleServer.EMAIL, ConsoleServer.PASSWORD);
        assertThat(console.button("What can you do?")).isEnabled();
        return console;
    }
}
