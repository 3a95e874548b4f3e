package io.mlxmanager.it;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import jakarta.json.Json;
import jakarta.json.JsonObjectBuilder;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * The page against a model that wants to harm: its answers come from the test, the page and its headers from the
 * running server. Nothing of them may run, be fetched, or look like a part of the page.
 */
class HostileAnswerIT extends InBrowser {
    private static final String TRAP = "https://trap.invalid/";
    private static final String HOSTILE = """
            <script>window.hacked = 1</script>
            <img src=x onerror="window.hacked = 2">
            <img src="TRAPimg"> ![picture](TRAPmarkdown.png "t")
            <svg onload="window.hacked = 3"><image href="TRAPsvg"/><use href="data:image/svg+xml,<svg onload=alert(1)>"/></svg>
            <math><mtext><table><mglyph><style><img src=TRAPmath onerror="window.hacked = 4"></style></mglyph></table></mtext></math>
            <iframe src="javascript:window.parent.hacked = 5"></iframe><iframe srcdoc="<script>parent.hacked = 6</script>"></iframe>
            <object data="TRAPobject"></object><embed src="TRAPembed"><video src="TRAPvideo" autoplay></video>
            <link rel="stylesheet" href="TRAPcss"><style>body { background: url(TRAPbody); display: none }</style>
            <div style="background: url(TRAPstyle); position: fixed; inset: 0">cover</div>
            <form action="TRAPform"><input name="password" autofocus onfocus="window.hacked = 7"><button>Sign in</button></form>
            <base href="TRAPbase"><meta http-equiv="refresh" content="0;url=TRAPmeta">
            <a href="javascript:window.hacked = 8">one</a> [two](javascript:window.hacked=9) [three](data:text/html,<script>parent.hacked=10</script>)
            [four](vbscript:x) [five](/api/auth/me) [six]( java&#115;cript:alert(1) ) <a id="message" name="body" class="primary">seven</a>

            | <img src=TRAPcell onerror=hacked=11> | b |
            |---|---|
            | <script>hacked=12</script> | ![x](TRAPcell2) |

            ```html"><img src=TRAPinfo onerror=hacked=13>
            <script>window.hacked = 14</script>
            ```

            [good](https://example.org/page) <details open ontoggle="window.hacked=15"><summary>x</summary></details>
            """.replace("TRAP", TRAP);

    @Test
    void aHostileAnswerNeitherRunsNorFetches() {
        try (ConsolePage console = signedIn()) {
            answerWith(console, stream(delta("content", HOSTILE)));
            console.ask("Harm me");
            Locator answer = console.answer();
            assertThat(answer.getByText("good")).hasAttribute("href", "https://example.org/page");
            assertHarmless(console, answer);
            assertThat(answer.locator("a[href]:not([href^='https://'])")).hasCount(0);
            assertThat(answer.getByText("good")).hasAttribute("rel", "noopener noreferrer nofollow");
            console.screenshot("hostile");
        }
    }

    @Test
    void hostileThinkingAndToolsNeitherRunNorFetch() {
        try (ConsolePage console = signedIn()) {
            JsonObjectBuilder call = Json.createObjectBuilder()
                    .add("index", 0)
                    .add("id", "call_1")
                    .add(
                            "function",
                            Json.createObjectBuilder().add("name", HOSTILE).add("arguments", HOSTILE));
            answerWith(
                    console,
                    stream(
                            delta("reasoning_content", HOSTILE),
                            Json.createObjectBuilder()
                                    .add("tool_calls", Json.createArrayBuilder().add(call))));
            console.ask("Harm me");
            Locator answer = console.answer();
            answer.locator("details.thinking > summary").click();
            answer.locator("details.tool > summary").click();
            assertThat(answer.locator(".thoughts")).containsText("window.hacked = 1");
            assertThat(answer.locator(".tool pre").first()).containsText("window.hacked = 1");
            assertHarmless(console, answer);
        }
    }

    @Test
    void aHostileResultOfAToolNeitherRunsNorFetchesHoweverLongItIs() {
        String result = HOSTILE + "x".repeat(1_000_000);
        JsonObjectBuilder call = Json.createObjectBuilder()
                .add("index", 0)
                .add("id", "call_1")
                .add(
                        "function",
                        Json.createObjectBuilder().add("name", "calculator").add("arguments", "{}"));
        String asking = stream(Json.createObjectBuilder()
                .add("tool_calls", Json.createArrayBuilder().add(call)));
        String answering = stream(delta("content", "I have seen it"));
        try (ConsolePage console = signedIn()) {
            AtomicInteger asked = new AtomicInteger();
            console.page()
                    .route(
                            "**/v1/chat/completions",
                            route -> route.fulfill(new Route.FulfillOptions()
                                    .setContentType("text/event-stream")
                                    .setBody(asked.getAndIncrement() == 0 ? asking : answering)));
            console.page()
                    .route(
                            "**/api/mcp/execute",
                            route -> route.fulfill(new Route.FulfillOptions()
                                    .setContentType("application/json")
                                    .setBody(Json.createObjectBuilder()
                                            .add("result", result)
                                            .build()
                                            .toString())));
            console.button("Settings").click();
            console.page()
                    .getByRole(AriaRole.SWITCH, new Page.GetByRoleOptions().setName("Tools"))
                    .check();
            console.page().keyboard().press("Escape");
            console.ask("Use the calculator to harm me");
            Locator answers = console.page().locator("article.answer");
            assertThat(answers.getByText("I have seen it")).isVisible();
            answers.first().locator("details.tool > summary").click();
            assertThat(answers.first().locator(".tool pre").last()).containsText("window.hacked = 1");
            assertHarmless(console, answers.first());
            assertHarmless(console, answers.last());
            assertThat(console.scrollsSideways()).isFalse();
        }
    }

    @Test
    void anEndlessLineDoesNotStopThePage() {
        try (ConsolePage console = signedIn()) {
            answerWith(console, stream(delta("content", "*[".repeat(500_000))));
            console.ask("Flood me");
            assertThat(console.answer()).containsText("*[*[");
            assertThat(console.scrollsSideways()).isFalse();
            console.messageBox().fill("Still here");
            assertThat(console.messageBox()).hasValue("Still here");
        }
    }

    private static ConsolePage signedIn() {
        ConsolePage console = ConsolePage.desktop(browsers.browser(), url).open();
        console.signIn(ConsoleServer.EMAIL, ConsoleServer.PASSWORD);
        return console;
    }

    private static void assertHarmless(ConsolePage console, Locator answer) {
        assertThat(answer.locator("script, img, svg:not(.icon), math, iframe, object, embed, video, link, style, form"))
                .hasCount(0);
        assertThat(answer.locator("[style], [id], [name], [onload], [onerror], .prose .primary"))
                .hasCount(0);
        assertThat(console.page().evaluate("typeof window.hacked")).isEqualTo("undefined");
        assertThat(console.requests()).noneMatch(each -> each.startsWith(TRAP) || each.startsWith("data:"));
        assertThat(console.page().url()).startsWith(url);
        assertThat(console.complaints()).isEmpty();
    }

    private static void answerWith(ConsolePage console, String body) {
        console.page()
                .route(
                        "**/v1/chat/completions",
                        route -> route.fulfill(new Route.FulfillOptions()
                                .setContentType("text/event-stream")
                                .setBody(body)));
    }

    private static JsonObjectBuilder delta(String field, String text) {
        return Json.createObjectBuilder().add(field, text);
    }

    private static String stream(JsonObjectBuilder... deltas) {
        StringBuilder body = new StringBuilder();
        for (JsonObjectBuilder delta : List.of(deltas)) {
            body.append("data: ")
                    .append(Json.createObjectBuilder()
                            .add(
                                    "choices",
                                    Json.createArrayBuilder()
                                            .add(Json.createObjectBuilder()
                                                    .add("index", 0)
                                                    .add("delta", delta)))
                            .build())
                    .append("\n\n");
        }
        return body.append("data: [DONE]\n\n").toString();
    }
}
