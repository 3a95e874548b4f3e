package io.mlxmanager.manage.hub;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.StringReader;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SizeEstimateTest {

    @Test
    void countedTensorsGoBeforeStorageAndStorageBeforeTheName() {
        String counted = "{\"safetensors\":{\"parameters\":{\"BF16\":10,\"U32\":5}},\"usedStorage\":99}";
        assertThat(SizeEstimate.of("a/b-1B", json(counted))).hasValue(40);
        assertThat(SizeEstimate.of("a/b-1B", json("{\"usedStorage\":99}"))).hasValue(99);
        assertThat(SizeEstimate.of("a/b-1B-4bit", json("{\"usedStorage\":0}"))).hasValue(550_000_000);
        assertThat(SizeEstimate.of("a/b", json("{\"safetensors\":{\"parameters\":{\"NEW\":10}},\"usedStorage\":7}")))
                .hasValue(7);
    }

    @ParameterizedTest
    @CsvSource({
        "mlx-community/Qwen3-0.6B-4bit, 330000000",
        "mlx-community/Llama-3.2-1B-Instruct-8bit, 1100000000",
        "x/Model-7B-bf16, 15400000000",
        "x/tiny-135M-3bit, 55687500"
    })
    void theNameTellsParametersAndBits(String id, long expected) {
        assertThat(SizeEstimate.byName(id).orElseThrow()).isCloseTo(expected, Offset.offset(1L));
    }

    @ParameterizedTest
    @ValueSource(strings = {"x/whisper-large", "8b/unnamed", "x/v2.5-bits"})
    void aNameWithoutParametersTellsNothing(String id) {
        assertThat(SizeEstimate.byName(id)).isEmpty();
    }

    private static JsonObject json(String text) {
        try (var reader = Json.createReader(new StringReader(text))) {
            return reader.readObject();
        }
    }
}
