package io.mlxmanager.chat.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TemplateFilesTest {

    @TempDir
    Path folder;

    @Test
    void prefersTheFileOfItsOwn() throws IOException {
        write("chat_template.jinja", "own");
        write("tokenizer_config.json", "{\"chat_template\": \"config\", \"bos_token\": null, \"eos_token\": \"</s>\"}");

        TemplateFiles files = TemplateFiles.read(folder);

        assertThat(files.source(false)).contains("own");
        assertThat(files.source(true)).contains("own");
        assertThat(files.specialTokens()).isEqualTo(Map.of("eos_token", "</s>"));
    }

    @Test
    void choosesAmongNamedTemplates() throws IOException {
        write(
                "tokenizer_config.json",
                "{\"chat_template\": [{\"name\": \"default\", \"template\": \"plain\"},"
                        + "{\"name\": \"tool_use\", \"template\": \"tools\"}],"
                        + "\"bos_token\": {\"content\": \"<s>\", \"special\": true}, \"add_bos_token\": false}");

        TemplateFiles files = TemplateFiles.read(folder);

        assertThat(files.source(false)).contains("plain");
        assertThat(files.source(true)).contains("tools");
        assertThat(files.specialTokens()).isEqualTo(Map.of("bos_token", "<s>"));
    }

    @Test
    void findsNothingInAFolderWithoutTemplates() throws IOException {
        write("tokenizer_config.json", "{}");

        assertThat(TemplateFiles.read(folder).source(true)).isEmpty();
    }

    @Test
    void namesTheFileThatIsWrong() throws IOException {
        write("tokenizer_config.json", "{\"chat_template\": 5}");
        assertThatThrownBy(() -> TemplateFiles.read(folder))
                .isInstanceOf(TemplateException.class)
                .hasMessageContaining("tokenizer_config.json");

        write("tokenizer_config.json", "{\"a\":".repeat(3_000));
        assertThatThrownBy(() -> TemplateFiles.read(folder))
                .isInstanceOf(TemplateException.class)
                .hasMessageContaining("tokenizer_config.json");

        write("tokenizer_config.json", "{\"chat_template\": [{\"name\": \"default\"}]}");
        assertThatThrownBy(() -> TemplateFiles.read(folder)).hasMessageContaining("name and template");

        write("tokenizer_config.json", "{");
        assertThatThrownBy(() -> TemplateFiles.read(folder)).hasMessageContaining("tokenizer_config.json");
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
    }
}
