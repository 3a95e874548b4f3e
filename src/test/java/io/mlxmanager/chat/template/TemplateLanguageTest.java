package io.mlxmanager.chat.template;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Small templates, one for each corner of the language, with what Python's jinja2 makes of them. How the expectations were
 * computed is written in the directory of the file.
 */
class TemplateLanguageTest {

    static final Clock CLOCK =
            Clock.fixed(LocalDateTime.of(2026, 7, 4, 12, 34, 56).toInstant(ZoneOffset.UTC), ZoneOffset.UTC);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "whitespace",
                "literals",
                "arithmetic",
                "comparison",
                "access",
                "strings",
                "filters",
                "tojson",
                "tests",
                "control",
                "macros",
                "globals",
                "mixed"
            })
    void rendersAsJinja2Does(String group) throws IOException {
        JsonObject golden = read("language.json");
        List<String> failures = new ArrayList<>();
        int checked = 0;
        for (JsonValue value : golden.getJsonArray("cases")) {
            JsonObject example = value.asJsonObject();
            if (example.getString("group").equals(group)) {
                checked++;
                check(example, golden.getJsonObject("variables"), failures);
            }
        }
        assertThat(failures).isEmpty();
        assertThat(checked).isPositive();
    }

    static void check(JsonObject example, JsonObject variables, List<String> failures) {
        String source = example.getString("template");
        String expected = example.getBoolean("ok") ? "<" + example.getString("out") + ">" : "a failure";
        String rendered;
        try {
            rendered = "<" + ChatTemplate.compile(source).render(variables, CLOCK) + ">";
        } catch (TemplateException failure) {
            rendered = "a failure";
            if (!expected.equals(rendered)) {
                rendered += ": " + failure.getMessage();
            }
        }
        if (!rendered.equals(expected)) {
            failures.add(source + "\n    expected " + expected + example.getString("err", "") + "\n    but was  "
                    + rendered);
        }
    }

    static JsonObject read(String name) throws IOException {
        try (InputStream file = TemplateLanguageTest.class.getResourceAsStream("/golden/template/" + name);
                JsonReader reader = Json.createReader(file)) {
            return reader.readObject();
        }
    }
}
