package io.mlxmanager.engine.arch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mlxmanager.engine.weights.JsonFile;
import io.mlxmanager.engine.weights.ModelFormatException;
import jakarta.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/FAMILIES.md names the families that there are and those that there are not, and each that there is was compared. */
class FamiliesDocumentTest {

    private static final Pattern NAME = Pattern.compile("`([^`]+)`");

    /** Names of mlx-lm 0.32.0 for what it has as another; here they lead to the same code. */
    private static final Map<String, String> OTHER_NAMES =
            Map.of("iquestcoder", "llama", "joyai_llm_flash", "deepseek_v3");

    private static Set<String> names(Stream<String> lines) {
        return lines.flatMap(line -> NAME.matcher(line).results().map(found -> found.group(1)))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static JsonFile config(String modelType) {
        return new JsonFile(
                "config.json",
                Json.createObjectBuilder().add("model_type", modelType).build());
    }

    @Test
    void theDocumentHasEveryFamilyAndNoOther() throws IOException {
        Set<String> told = names(Files.readAllLines(Path.of("docs/FAMILIES.md")).stream()
                .filter(line -> line.startsWith("| `") && !line.startsWith("| `model_type`"))
                .map(line -> line.substring(0, line.indexOf('|', 1))));
        assertThat(told).isEqualTo(Architecture.supportedTypes());
    }

    @Test
    void whatTheDocumentCallsRefusedIsRefusedByName() throws IOException {
        Matcher section = Pattern.compile("## Refused\n(.*?)\n## ", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("docs/FAMILIES.md")));
        assertThat(section.find()).isTrue();
        Set<String> refused = names(section.group(1).lines());
        assertThat(refused).hasSizeGreaterThan(60).doesNotContainAnyElementsOf(Architecture.supportedTypes());
        for (String type : refused) {
            assertThatThrownBy(() -> Architecture.of(config(type)))
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessageContaining("model_type " + type + " is not supported");
        }
    }

    @Test
    void everyFamilyWasComparedUnderItsOwnName() {
        Stream<JsonFile> alone = Stream.concat(
                        FamilyTest.families(),
                        RecurrentFamilyTest.families().map(RecurrentFamilyTest.RecurrentCase::family))
                .map(family -> new JsonFile("config.json", family.config()));
        Set<String> compared = Stream.concat(
                        alone.map(config -> config.requiredString("model_type")), TextPartTest.modelTypes())
                .collect(Collectors.toCollection(TreeSet::new));
        OTHER_NAMES.forEach((name, known) -> {
            assertThat(Architecture.of(config(name))).isSameAs(Architecture.of(config(known)));
            compared.add(name);
        });
        assertThat(compared).isEqualTo(Architecture.supportedTypes());
    }
}
