package io.mlxmanager.chat;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class JsonTextTest {

    static Stream<String> unreadable() {
        return Stream.of(
                "",
                "hello",
                "{\"a\":",
                "{\"a\":" + "[".repeat(5000) + "]".repeat(5000) + "}",
                "{\"a\":" + "9".repeat(5000) + "}");
    }

    @ParameterizedTest
    @MethodSource("unreadable")
    void whatCannotBeReadIsNoValue(String text) {
        assertThat(JsonText.read(text)).isEmpty();
    }

    @Test
    void anyKindOfValueIsRead() {
        assertThat(JsonText.read(" {\"a\": [1, null]} ").orElseThrow()).hasToString("{\"a\":[1,null]}");
        assertThat(JsonText.read("\"x\"")).contains(Json.createValue("x"));
        assertThat(JsonText.read("5")).contains(Json.createValue(5));
    }
}
