package io.mlxmanager.it;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Page;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * A long answer at a speed that no model of today reaches: its tokens come from the page itself, so that neither a model
 * nor a connection is measured. Counted is the processor time of the page's main thread, which other work on the machine
 * does not change.
 */
class LongAnswerIT extends InBrowser {

    /** 10,000 tokens, 20 of them every 20 ms. */
    private static final String STREAM = """
            const send = window.fetch;
            window.fetch = (url, init) => {
                if (!String(url).endsWith('/v1/chat/completions')) {
                    return send(url, init);
                }
                const words = 'Lorem ipsum dolor sit **amet** consectetur `code` and [a link](https://example.org) elit, sed do eiusmod.'.split(' ');
                const encoder = new TextEncoder();
                let token = 0;
                const event = (delta, finish = null) =>
                    encoder.encode(`data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason: finish }] })}\\n\\n`);
                return Promise.resolve(new Response(new ReadableStream({
                    async pull(controller) {
                        await new Promise((next) => setTimeout(next, 20));
                        for (let i = 0; i < 20; i++, token++) {
                            const mark = token % 400 === 200 ? '\\n\\n```js\\n' : token % 400 === 280 ? '\\n```\\n\\n'
                                : token % 90 === 89 ? '\\n\\n' : token % 300 === 150 ? '\\n- ' : words[token % words.length] + ' ';
                            controller.enqueue(event({ content: mark }));
                        }
                        if (token >= 10000) {
                            controller.enqueue(event({}, 'stop'));
                            controller.close();
                        }
                    },
                })));
            };
            """;

    @Test
    void tenThousandTokensCostThePageTheSameAtTheirEndAsAtTheirBeginning() {
        try (ConsolePage console = ConsolePage.desktop(browsers.browser(), url)) {
            Page page = console.page();
            page.addInitScript(STREAM);
            console.open();
            console.signIn(ConsoleServer.EMAIL, ConsoleServer.PASSWORD);
            assertThat(console.button("What can you do?")).isEnabled();
            page.evaluate("""
                    () => {
                        window.frames_ = [];
                        window.touched = 0;
                        let last = 0;
                        const frame = (at) => {
                            if (last) window.frames_.push(at - last);
                            last = at;
                            requestAnimationFrame(frame);
                        };
                        requestAnimationFrame(frame);
                        // A block that is finished is never taken out again; only the growing last one is.
                        new MutationObserver((records) => {
                            for (const { target, removedNodes } of records) {
                                if (target.localName === 'mm-markdown') {
                                    window.touched += [...removedNodes].filter((node) => node.className !== 'live' && node.localName !== 'table' && node.localName !== 'pre').length;
                                }
                            }
                        }).observe(document.body, { subtree: true, childList: true });
                    }
                    """);
            CDPSession session = page.context().newCDPSession(page);
            JsonObject ticks = new JsonObject();
            ticks.addProperty("timeDomain", "threadTicks");
            session.send("Performance.enable", ticks);
            console.ask("Go on for long.");

            List<Double> costs = new ArrayList<>();
            double before = taskSeconds(session);
            for (int quarter = 1; quarter <= 4; quarter++) {
                int wanted = quarter * 12_000;
                page.waitForCondition(() -> shownLetters(page) > wanted);
                double now = taskSeconds(session);
                costs.add(now - before);
                before = now;
            }
            assertThat(console.answer().locator("footer")).containsText("10,000 tokens");

            @SuppressWarnings("unchecked")
            Map<String, Object> seen = (Map<String, Object>) page.evaluate("""
                    () => {
                        const sorted = [...window.frames_].sort((one, other) => one - other);
                        return { frames: sorted.length, median: sorted[sorted.length >> 1], p95: sorted[Math.floor(sorted.length * 0.95)], touched: window.touched };
                    }
                    """);
            System.getLogger(LongAnswerIT.class.getName())
                    .log(
                            System.Logger.Level.INFO,
                            "10,000 tokens at 1,000 a second: seconds of the main thread by quarter " + costs
                                    + ", frames " + seen);
            assertThat(seen.get("touched"))
                    .as("finished blocks taken out again")
                    .isEqualTo(0);
            assertThat(costs.get(3))
                    .as("last quarter against the first, %s", costs)
                    .isLessThan(2 * costs.get(0) + 0.3);
            assertThat(costs.stream().mapToDouble(Double::doubleValue).sum())
                    .as("seconds of the main thread in ten seconds")
                    .isLessThan(7);
            assertThat(console.complaints()).isEmpty();
        }
    }

    private static int shownLetters(Page page) {
        return (Integer) page.evaluate("document.querySelector('article.answer mm-markdown')?.textContent.length ?? 0");
    }

    private static double taskSeconds(CDPSession session) {
        for (JsonElement metric : session.send("Performance.getMetrics").getAsJsonArray("metrics")) {
            JsonObject each = metric.getAsJsonObject();
            if (each.get("name").getAsString().equals("TaskDuration")) {
                return each.get("value").getAsDouble();
            }
        }
        throw new AssertionError("the browser gives no TaskDuration");
    }
}
