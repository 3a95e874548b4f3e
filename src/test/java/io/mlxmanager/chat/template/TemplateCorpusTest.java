package io.mlxmanager.chat.template;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * Renders the templates of public model repositories, where a collection of them with the expected outputs lies beside the
 * project ({@code ../shared/templates/corpus.json}, or wherever the system property {@code template.corpus} says).
 */
class TemplateCorpusTest {

    private static final Clock CLOCK =
            Clock.fixed(LocalDateTime.of(2026, 7, 4, 12, 34, 56).toInstant(ZoneOffset.UTC), ZoneOffset.UTC);

    @Test
    void rendersEveryTemplateOfTheCorpusByteForByte() throws IOException {
        Path file = Path.of(System.getProperty("template.corpus", "../shared/templates/corpus.json"));
        Assumptions.assumeTrue(Files.exists(file), "no template corpus at " + file);
        JsonObject corpus;
        try (JsonReader reader = Json.createReader(Files.newBufferedReader(file, StandardCharsets.UTF_8))) {
            corpus = reader.readObject();
        }
        Map<String, ChatTemplate> compiled = new HashMap<>();
        List<String> failures = new ArrayList<>();
        for (JsonValue value : corpus.getJsonArray("cases")) {
            JsonObject example = value.asJsonObject();
            String problem = check(example, corpus.getJsonObject("templates"), compiled);
            if (!problem.isEmpty()) {
                failures.add(example.getString("template") + " / " + example.getString("scenario") + ": " + problem);
            }
        }
        assertThat(failures).isEmpty();
    }

    private static String check(JsonObject example, JsonObject templates, Map<String, ChatTemplate> compiled) {
        boolean ok = example.getBoolean("ok");
        String rendered;
        try {
            ChatTemplate template = compiled.computeIfAbsent(
                    example.getString("template"), name -> ChatTemplate.compile(templates.getString(name)));
            rendered = template.render(example.getJsonObject("ctx"), CLOCK);
        } catch (TemplateException failure) {
            return ok ? failure.getMessage() : "";
        }
        if (!ok) {
            return "should fail with " + example.getString("err");
        }
        String expected = example.getString("out");
        return rendered.equals(expected) ? "" : difference(expected, rendered);
    }

    private static String difference(String expected, String rendered) {
        int at = 0;
        while (at < Math.min(expected.length(), rendered.length()) && expected.charAt(at) == rendered.charAt(at)) {
            at++;
        }
        int from = Math.max(0, at - 40);
        return "at " + at + ": expected <" + expected.substring(from, Math.min(expected.length(), at + 40))
                + "> but was <" + rendered.substring(from, Math.min(rendered.length(), at + 40)) + ">";
    }
}
