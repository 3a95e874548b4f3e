package io.mlxmanager.chat.template;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonString;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Whatever stands in a template file, nothing comes out but text or the one exception for templates: sources put together at
 * random of what templates are made of, and good ones of which pieces were cut, doubled and exchanged.
 */
class TemplateSoupTest {

    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-07-04T12:34:56Z"), ZoneOffset.UTC);

    private static final List<String> PIECES = List.of(
            "{{",
            "}}",
            "{%",
            "%}",
            "{#",
            "#}",
            "{{-",
            "-}}",
            "{%-",
            "-%}",
            "{%+",
            " ",
            "\n",
            "\t",
            "'",
            "\"",
            "\\",
            "(",
            ")",
            "[",
            "]",
            "{",
            "}",
            ",",
            ":",
            ".",
            "|",
            "~",
            "+",
            "-",
            "*",
            "**",
            "/",
            "//",
            "%",
            "=",
            "==",
            "!=",
            "<",
            "<=",
            ">",
            ">=",
            "0",
            "1",
            "7",
            "-1",
            "2.5",
            "1e3",
            "0x1F",
            "1_0",
            "''",
            "'a'",
            "\"%s %d\"",
            "'{} {0!r:>9}'",
            "é😀",
            "none",
            "true",
            "False",
            "x",
            "messages",
            "message",
            "tools",
            "loop",
            "ns",
            "content",
            "role",
            "caller",
            " if ",
            " elif ",
            " else ",
            " endif ",
            " for ",
            " in ",
            " endfor ",
            " recursive ",
            " set ",
            " endset ",
            " macro ",
            " endmacro ",
            " call ",
            " endcall ",
            " filter ",
            " endfilter ",
            " raw ",
            " endraw ",
            " break ",
            " continue ",
            " generation ",
            " endgeneration ",
            " is ",
            " not ",
            " and ",
            " or ",
            " defined ",
            " string ",
            " mapping ",
            " iterable ",
            " none ",
            " divisibleby ",
            "namespace(",
            "range(",
            "dict(",
            "cycler(",
            "joiner(",
            "raise_exception(",
            "strftime_now(",
            "|length",
            "|tojson",
            "|tojson(indent=2)",
            "|join(",
            "|map(",
            "|selectattr(",
            "|sort",
            "|first",
            "|last",
            "|list",
            "|items",
            "|trim",
            "|upper",
            "|default(",
            "|replace(",
            "|indent(",
            "|int",
            "|float",
            "|round(",
            "|abs",
            "|batch(2)",
            "|slice(2)",
            "|groupby(",
            "|unique",
            "|sum",
            "|min",
            "|max",
            "|string",
            "|dictsort",
            "|truncate(",
            "|format(",
            "|escape",
            "|safe",
            "|striptags",
            "|urlencode",
            "|xmlattr",
            "|attr(",
            "|random",
            "|reverse",
            "|center(",
            "|title",
            "|capitalize",
            "|filesizeformat",
            ".items()",
            ".keys()",
            ".get(",
            ".split(",
            ".strip(",
            ".startswith(",
            ".join(",
            ".format(",
            ".append(",
            ".upper()",
            ".index0",
            ".__class__",
            ".encode(",
            "[0]",
            "[-1]",
            "[1:]",
            "[::-1]",
            "[:2]",
            "{% for m in messages %}",
            "{{ m.content }}",
            "{% endfor %}",
            "{% if x %}",
            "{% endif %}",
            "{% set ns = namespace(a=1) %}",
            "{% set ns.a = ",
            "{% set x = ",
            "{% macro f(a, b=1) %}",
            "{% endmacro %}",
            "{{ f(",
            "{% set y %}",
            "{% endset %}",
            "lambda",
            "import",
            "include",
            "extends",
            "block");

    private final JsonObject variables = Json.createObjectBuilder()
            .add(
                    "messages",
                    Json.createArrayBuilder()
                            .add(Json.createObjectBuilder().add("role", "user").add("content", "Hé\n<b>{{ 1 }}</b>"))
                            .add(Json.createObjectBuilder()
                                    .add("role", "assistant")
                                    .addNull("content")))
            .add(
                    "tools",
                    Json.createArrayBuilder().add(Json.createObjectBuilder().add("name", "f")))
            .add("x", 3)
            .add("add_generation_prompt", true)
            .build();

    @Test
    void aSoupOfPiecesIsRefusedOrRendered() {
        int rendered = 0;
        for (int seed = 0; seed < 20_000; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            StringBuilder source = new StringBuilder();
            boolean framed = random.nextInt(3) > 0;
            for (int i = random.nextInt(1, 14); i > 0; i--) {
                source.append(PIECES.get(random.nextInt(PIECES.size())));
            }
            rendered += survives(framed ? "{{ " + source + " }}" : source.toString(), seed);
        }
        assertThat(rendered).as("some are good templates").isGreaterThan(500);
    }

    @Test
    void goodTemplatesThatWereDamagedAreRefusedOrRendered() throws IOException {
        List<String> good = goodTemplates();
        int rendered = 0;
        for (int seed = 0; seed < 20_000; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            StringBuilder source = new StringBuilder(good.get(random.nextInt(good.size())));
            for (int i = random.nextInt(1, 5); i > 0; i--) {
                damage(source, good, random);
            }
            rendered += survives(source.toString(), seed);
        }
        assertThat(rendered).as("some stay good templates").isGreaterThan(2000);
    }

    private static void damage(StringBuilder source, List<String> others, SplittableRandom random) {
        int from = random.nextInt(source.length() + 1);
        int to = Math.min(source.length(), from + random.nextInt(12));
        switch (random.nextInt(5)) {
            case 0 -> source.delete(from, to);
            case 1 -> source.insert(from, source.substring(from, to));
            case 2 -> source.insert(from, PIECES.get(random.nextInt(PIECES.size())));
            case 3 -> source.insert(from, (char) random.nextInt(0x20, 0x7F));
            default -> {
                String other = others.get(random.nextInt(others.size()));
                int start = random.nextInt(other.length() + 1);
                source.insert(from, other, start, Math.min(other.length(), start + random.nextInt(40)));
            }
        }
    }

    private static List<String> goodTemplates() throws IOException {
        List<String> sources = new ArrayList<>();
        try (InputStream in = TemplateSoupTest.class.getResourceAsStream("/golden/template/language.json");
                JsonReader reader = Json.createReader(in)) {
            reader.readObject()
                    .getJsonArray("cases")
                    .getValuesAs(JsonObject.class)
                    .forEach(example -> sources.add(((JsonString) example.get("template")).getString()));
        }
        try (InputStream in =
                TemplateSoupTest.class.getResourceAsStream("/golden/template/starter/chat_template.jinja")) {
            String starter = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            for (int i = 0; i < 100; i++) {
                sources.add(starter);
            }
        }
        return sources;
    }

    /** @return 1 if it was rendered, 0 if it was refused */
    private int survives(String source, int seed) {
        try {
            ChatTemplate template = ChatTemplate.compile(source);
            assertThat(template.options()).isNotNull();
            template.needsContentParts();
            assertThat(template.render(variables, CLOCK)).isNotNull();
            return 1;
        } catch (TemplateException refused) {
            return 0;
        } catch (RuntimeException | Error other) {
            throw new AssertionError("seed " + seed + ": " + source, other);
        }
    }
}
