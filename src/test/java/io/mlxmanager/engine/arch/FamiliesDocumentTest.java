package io.mlxmanager.engine.arch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** docs/FAMILIES.md names the families that there are. */
class FamiliesDocumentTest {

    private static final Pattern NAME = Pattern.compile("`([^`]+)`");

    @Test
    void theDocumentHasEveryFamilyAndNoOther() throws IOException {
        Set<String> told = new TreeSet<>();
        for (String line : Files.readAllLines(Path.of("docs/FAMILIES.md"))) {
            if (line.startsWith("| `") && !line.startsWith("| `model_type`")) {
                Matcher names = NAME.matcher(line.substring(0, line.indexOf('|', 1)));
                while (names.find()) {
                    told.add(names.group(1));
                }
            }
        }
        assertThat(told).isEqualTo(Architecture.supportedTypes());
    }
}
