package io.mlxmanager.serve.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mlxmanager.chat.Sampling;
import io.mlxmanager.engine.weights.ModelFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GenerationDefaultsTest {

    @TempDir
    Path folder;

    private GenerationDefaults read(String generation) throws IOException {
        Files.writeString(folder.resolve("config.json"), "{\"eos_token_id\":7}");
        Files.writeString(folder.resolve("generation_config.json"), generation.replace('\'', '"'));
        return GenerationDefaults.read(folder);
    }

    @Test
    void whatTheModelsMakersChoseIsTheDefault() throws IOException {
        GenerationDefaults read = read(
                "{'temperature':0.6,'top_p':0.95,'top_k':20,'min_p':0,'repetition_penalty':1.05,'eos_token_id':[1,2]}");

        assertThat(read.defaults().temperature()).hasValue(0.6);
        assertThat(read.defaults().topP()).hasValue(0.95);
        assertThat(read.defaults().topK()).hasValue(20);
        assertThat(read.defaults().repetitionPenalty()).hasValue(1.05);
        assertThat(read.stopTokens()).containsExactlyInAnyOrder(1, 2);
        assertThat(read("{}").stopTokens()).containsExactly(7);
        assertThat(read("{'do_sample':false,'temperature':0.6}").defaults().temperature())
                .hasValue(0);
    }

    @Test
    void whatMakesNoSenseIsAsIfItWereNotThere() throws IOException {
        GenerationDefaults read = read("{'temperature':-5,'top_p':7,'top_k':-1,'min_p':'x','repetition_penalty':1e99,"
                + "'eos_token_id':[-1,99999999999,3.5,'x',4]}");

        assertThat(read.defaults()).isEqualTo(Sampling.UNSPECIFIED);
        assertThat(read.stopTokens()).containsExactly(4);
    }

    @Test
    void aFileThatCannotBeReadIsNamed() {
        assertThatThrownBy(() -> read("{'temper"))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("generation_config.json");
    }
}
