package io.mlxmanager.base.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteSizeTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0 B",
        "1000, 1000 B",
        "1024B, 1 KiB",
        "19 MiB, 19 MiB",
        "1.5g, 1536 MiB",
        "8GB, 8 GiB",
        "2 TiB, 2 TiB",
    })
    void readsWhatPeopleWrite(String text, String shown) {
        assertThat(ByteSize.parse(text)).hasToString(shown);
        assertThat(ByteSize.parse(shown)).isEqualTo(ByteSize.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "1 XB", "1iB", "GB", "1,5G", "999999999999999T"})
    void refusesWhatIsNoSize(String text) {
        assertThatThrownBy(() -> ByteSize.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
