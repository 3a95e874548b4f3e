package io.mlxmanager.chat.family;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlxmanager.chat.ChatRequest;
import io.mlxmanager.chat.ChatResult;
import io.mlxmanager.chat.Message;
import io.mlxmanager.chat.Tool;
import io.mlxmanager.chat.ToolChoice;
import io.mlxmanager.chat.parse.Cuts;
import io.mlxmanager.chat.template.TemplateFiles;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every format makes of the answers in golden/parse, cut in every way. */
class ParseGoldenTest {

    /** One case with the format it belongs to; prints as what it is. */
    private record Case(ChatFormat format, String folder, JsonObject example) {

        ChatRequest request() {
            ChatRequest request = ChatRequest.of("m", List.of(Message.user("Hi")));
            return example.getBoolean("tools", true) ? request.withTools(TOOLS, new ToolChoice.Auto()) : request;
        }

        @Override
        public String toString() {
            return folder + ": " + example.getString("name");
        }
    }

    private static final Path ROOT = root();
    private static final List<Tool> TOOLS = read(ROOT.resolve("tools.json")).asJsonArray().stream()
            .map(each -> Tool.fromDeclaration(each.asJsonObject()))
            .toList();

    static Stream<Path> folders() throws IOException {
        try (Stream<Path> files = Files.list(ROOT)) {
            return files.filter(Files::isDirectory).sorted().toList().stream();
        }
    }

    static Stream<Case> cases() throws IOException {
        List<Case> cases = new ArrayList<>();
        for (Path folder : folders().toList()) {
            ChatFormat format = format(folder);
            for (JsonValue each :
                    read(folder.resolve("cases.json")).asJsonObject().getJsonArray("cases")) {
                cases.add(new Case(format, folder.getFileName().toString(), each.asJsonObject()));
            }
        }
        return cases.stream();
    }

    @ParameterizedTest
    @MethodSource("folders")
    void findsTheSyntaxByTheTemplate(Path folder) {
        String syntax = read(folder.resolve("cases.json")).asJsonObject().getString("syntax");

        assertThat(format(folder).toolSyntax()).isEqualTo(ToolSyntax.valueOf(syntax));
    }

    @Test
    void hasExamplesAndALineInTheDocumentationForEverySyntax() throws IOException {
        String page = Files.readString(Path.of("docs/TOOL_CALLS.md"));
        for (ToolSyntax syntax : ToolSyntax.values()) {
            String name = syntax.name().toLowerCase(Locale.ROOT);
            if (syntax != ToolSyntax.NONE) {
                assertThat(page).contains("| `" + name + "` |");
                assertThat(ROOT.resolve(name)).isDirectory();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void makesTheSameOfAnAnswerHoweverItIsCut(Case golden) {
        JsonObject example = golden.example();
        ChatResult result = Cuts.everyWay(
                () -> golden.format().parser(golden.request(), example.getString("prompt", ""), () -> "call"),
                example.getString("text"));

        assertThat(result.content()).isEqualTo(example.getString("content"));
        assertThat(result.reasoning()).isEqualTo(example.getString("reasoning", ""));
        assertThat(result.toolCalls().stream().map(call -> call.name() + " " + call.arguments()))
                .isEqualTo(example.getJsonArray("calls").stream()
                        .map(JsonValue::asJsonObject)
                        .map(call -> call.getString("name") + " " + call.getString("arguments"))
                        .toList());
    }

    private static ChatFormat format(Path folder) {
        try {
            String template = Files.readString(folder.resolve("template.jinja"));
            return ChatFormat.of(new TemplateFiles(Map.of("default", template), Map.of()))
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonValue read(Path file) {
        try (JsonReader reader = Json.createReader(Files.newBufferedReader(file))) {
            return reader.readValue();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path root() {
        try {
            return Path.of(Objects.requireNonNull(ParseGoldenTest.class.getResource("/golden/parse"))
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
