package io.mlxmanager.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlxmanager.it.Serves.Client;
import io.mlxmanager.it.Serves.Feature;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The table of clients in the documentation is what the integration tests do; {@code -Dgolden.update=true} writes it. */
class ClientsDocumentTest {

    private static final Path DOCUMENT = Path.of("docs/CLIENTS.md");

    private static final List<Class<?>> TESTS = List.of(
            OpenAiClientIT.class,
            AnthropicClientIT.class,
            LangChain4jIT.class,
            SpringAiIT.class,
            JavaScriptClientsIT.class,
            ResponsesIT.class,
            EmbeddingsIT.class,
            StructuredClientsIT.class);

    @Test
    void theTableIsWhatTheTestsDo() throws IOException {
        List<String> lines = Files.readAllLines(DOCUMENT);
        int first = first(lines);
        int end = first;
        while (end < lines.size() && lines.get(end).startsWith("|")) {
            end++;
        }
        if (Boolean.getBoolean("golden.update")) {
            List<String> updated = new ArrayList<>(lines.subList(0, first));
            updated.addAll(table());
            updated.addAll(lines.subList(end, lines.size()));
            Files.write(DOCUMENT, updated);
            return;
        }
        assertThat(lines.subList(first, end)).isEqualTo(table());
    }

    private static int first(List<String> lines) {
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).startsWith("| client |")) {
                return i;
            }
        }
        throw new AssertionError("no table in " + DOCUMENT);
    }

    private static List<String> table() {
        List<String> rows = new ArrayList<>();
        rows.add("| client | "
                + Arrays.stream(Feature.values()).map(Feature::title).collect(Collectors.joining(" | ")) + " | test |");
        rows.add("|" + "---|".repeat(Feature.values().length + 2));
        for (Client client : Client.values()) {
            rows.add(row(client));
        }
        return rows;
    }

    private static String row(Client client) {
        Set<Feature> does = new TreeSet<>();
        Set<String> where = new TreeSet<>();
        for (Class<?> test : TESTS) {
            for (Method method : test.getDeclaredMethods()) {
                for (Serves serves : method.getAnnotationsByType(Serves.class)) {
                    if (List.of(serves.client()).contains(client)) {
                        does.addAll(List.of(serves.with()));
                        where.add("`" + test.getSimpleName() + "`");
                    }
                }
            }
        }
        assertThat(does).as("what " + client + " does").isNotEmpty();
        return "| " + client.title() + " | "
                + Arrays.stream(Feature.values())
                        .map(feature -> does.contains(feature) ? "passes" : "")
                        .collect(Collectors.joining(" | "))
                + " | " + String.join(", ", where) + " |";
    }
}
