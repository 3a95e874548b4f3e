package io.mlxmanager.base.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** docs/CONFIGURATION.md names every key with its default and its environment variable, and nothing else. */
class ConfigurationDocumentTest {

    private static final Path DOCUMENT = Path.of("docs/CONFIGURATION.md");
    private static final Path SERVER = Path.of("src/main/liberty/config/server.xml");

    /** A row: key, variable, default, meaning. */
    private static final Pattern ROW =
            Pattern.compile("^\\| `([^`]+)` \\| `([^`]+)` \\| (?:`([^`]*)`)? *\\| (.+) \\|$", Pattern.MULTILINE);

    private static final Pattern SERVER_VARIABLE =
            Pattern.compile("<variable name=\"([^\"]+)\" defaultValue=\"([^\"]*)\"/>");

    private record Row(String variable, String defaultText) {}

    @Test
    void everyKeyAndDefaultStandsInTheDocumentAndNothingElse() throws IOException {
        Map<String, String> documented = new TreeMap<>();
        rows().forEach((key, row) -> documented.put(key, row.defaultText()));

        assertThat(documented).containsExactlyInAnyOrderEntriesOf(known());
    }

    @Test
    void everyVariableIsTheOneThatMicroProfileConfigMapsToTheKey() throws IOException {
        rows().forEach((key, row) -> assertThat(row.variable())
                .isEqualTo(key.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT)));
    }

    private static Map<String, String> known() throws IOException {
        Map<String, String> known = new TreeMap<>();
        Matcher variable = SERVER_VARIABLE.matcher(Files.readString(SERVER));
        while (variable.find()) {
            known.put(variable.group(1), variable.group(2).replace("${user.home}", "~"));
        }
        ConfigKeys.all().forEach(key -> known.put(key.name(), key.defaultText()));
        return known;
    }

    private static Map<String, Row> rows() throws IOException {
        Map<String, Row> rows = new TreeMap<>();
        Matcher row = ROW.matcher(Files.readString(DOCUMENT));
        while (row.find()) {
            String defaultText = row.group(3) == null ? "" : row.group(3);
            Row before = rows.put(row.group(1), new Row(row.group(2), defaultText));
            assertThat(before).as(row.group(1) + " stands once").isNull();
        }
        return rows;
    }
}
