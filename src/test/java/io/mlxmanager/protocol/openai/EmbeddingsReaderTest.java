package io.mlxmanager.protocol.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mlxmanager.protocol.ProtocolException;
import io.mlxmanager.protocol.openai.EmbeddingsRequest.Input;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What may stand in a request for embeddings, and what comes back. */
class EmbeddingsReaderTest {

    private final EmbeddingsReader reader = new EmbeddingsReader();

    private EmbeddingsRequest read(String fields) {
        return reader.read("{\"model\":\"m\"," + fields.replace('\'', '"') + "}");
    }

    @Test
    void textsAndTokensAreReadAloneAndInLists() {
        assertThat(read("'input':'a'").inputs()).containsExactly(new Input.Text("a"));
        assertThat(read("'input':['a','b']").inputs()).containsExactly(new Input.Text("a"), new Input.Text("b"));
        assertThat(((Input.Tokens) read("'input':[1,2]").inputs().get(0)).ids()).containsExactly(1, 2);
        List<Input> lists = read("'input':[[1],[2,3]]").inputs();
        assertThat(lists).hasSize(2);
        assertThat(((Input.Tokens) lists.get(1)).ids()).containsExactly(2, 3);
    }

    @Test
    void optionsAreRead() {
        EmbeddingsRequest plain = read("'input':'a'");
        assertThat(plain.base64()).isFalse();
        assertThat(plain.dimensions()).isEmpty();
        assertThat(plain.truncate()).isEmpty();
        EmbeddingsRequest full = read(
                "'input':'a','encoding_format':'base64','dimensions':8,'truncate_prompt_tokens':-1,'user':'u','x':1");
        assertThat(full.base64()).isTrue();
        assertThat(full.dimensions()).hasValue(8);
        assertThat(full.truncate()).hasValue(0);
        assertThat(full.ignored()).containsExactly("x");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'x':1 | input",
                "'input':'' | input",
                "'input':[] | input",
                "'input':7 | input",
                "'input':['a',7] | input[1]",
                "'input':['a',''] | input[1]",
                "'input':[[1],[]] | input[1]",
                "'input':[1,'a'] | input[1]",
                "'input':[1,-2] | input[1]",
                "'input':[1,2.5] | input[1]",
                "'input':[99999999999] | input[0]",
                "'input':'a','dimensions':0 | dimensions",
                "'input':'a','encoding_format':'hex' | encoding_format",
                "'input':'a','truncate_prompt_tokens':0 | truncate_prompt_tokens"
            })
    void whatIsWrongIsNamed(String fields, String param) {
        assertThatThrownBy(() -> reader.read("{\"model\":\"m\"," + fields.replace('\'', '"') + "}"))
                .isInstanceOfSatisfying(
                        ProtocolException.class, e -> assertThat(e.param()).contains(param));
    }

    @Test
    void numbersAndBytesSayTheSame() {
        float[] vector = {0.5f, -1e-9f, 1.0f / 3};
        JsonObject plain = parsed(new EmbeddingsWriter().write("a\"b", List.of(vector, vector), 7, false));
        assertThat(plain.getString("model")).isEqualTo("a\"b");
        assertThat(plain.getJsonObject("usage").getInt("total_tokens")).isEqualTo(7);
        JsonObject second = plain.getJsonArray("data").getJsonObject(1);
        assertThat(second.getInt("index")).isEqualTo(1);
        JsonObject packed = parsed(new EmbeddingsWriter().write("m", List.of(vector), 7, true));
        byte[] bytes = Base64.getDecoder()
                .decode(packed.getJsonArray("data").getJsonObject(0).getString("embedding"));
        for (int i = 0; i < vector.length; i++) {
            assertThat((float) second.getJsonArray("embedding").getJsonNumber(i).doubleValue())
                    .isEqualTo(vector[i]);
            assertThat(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getFloat(4 * i))
                    .isEqualTo(vector[i]);
        }
    }

    private static JsonObject parsed(String body) {
        try (var json = Json.createReader(new StringReader(body))) {
            return json.readObject();
        }
    }
}
