package io.mlxmanager.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeepAliveTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"keep_alive\": 90} | 90",
                "{\"keep_alive\": 0} | 0",
                "{\"keep_alive\": -1} | -1",
                "{\"keep_alive\": \"10m\"} | 600",
                "{\"keep_alive\": \"24h\"} | 86400",
                "{\"keep_alive\": \"45s\"} | 45",
                "{\"keep_alive\": \"45\"} | 45",
                "{\"keep_alive\": \"1500ms\"} | 2",
                "{\"keep_alive\": \"-1m\"} | -1",
                "{\"keep_alive\": \"0\", \"ttl\": 5} | 0",
                "{\"ttl\": 300} | 300"
            })
    void readsSecondsAndDurations(String body, int seconds) {
        assertThat(read(body)).hasValue(seconds);
    }

    @Test
    void saysNothingWhereNothingWasSaid() {
        assertThat(read("{\"keep_alive\": null}")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"keep_alive\": \"soon\"}",
                "{\"keep_alive\": 1.5}",
                "{\"keep_alive\": true}",
                "{\"keep_alive\": 99999999999999999999}",
                "{\"keep_alive\": \"999999999h\"}"
            })
    void refusesWhatItCannotRead(String body) {
        assertThatThrownBy(() -> read(body))
                .isInstanceOf(ProtocolException.class)
                .hasMessageContaining("keep_alive must be a number of seconds or a duration");
    }

    private static OptionalInt read(String body) {
        return KeepAlive.read(Fields.parse(body));
    }
}
