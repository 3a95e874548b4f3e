package io.mlxmanager.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mlxmanager.protocol.ProtocolException.Code;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FieldsTest {

    static Stream<String> unreadable() {
        return Stream.of(
                "{\"model\":", "[1", "{} {}", "{\"a\":" + "[".repeat(100_000), "{\"n\":" + "9".repeat(200_000) + "}");
    }

    @ParameterizedTest
    @MethodSource("unreadable")
    void whatCannotBeReadIsTheCallersFault(String body) {
        assertThat(catchThrowableOfType(ProtocolException.class, () -> Fields.parse(body))
                        .code())
                .isEqualTo(Code.INVALID_JSON);
    }

    @Test
    void anEmptyBodyIsCalledEmpty() {
        assertThat(catchThrowableOfType(ProtocolException.class, () -> Fields.parse(" \n")))
                .hasMessageContaining("is empty");
    }
}
