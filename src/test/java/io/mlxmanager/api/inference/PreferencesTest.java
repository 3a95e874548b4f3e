package io.mlxmanager.api.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PreferencesTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "wait=0|0",
                "respond-async, wait=10|10",
                "Wait = 5 ; x=y|5",
                "wait=\"7\"|7",
                "handling=lenient, wait=2, a|2"
            })
    void readsHowLongSomebodyWaits(String header, int seconds) {
        assertThat(Preferences.wait(Collections.enumeration(List.of("other", header))))
                .contains(Duration.ofSeconds(seconds));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"await=3", "wait", "wait=x", "wait=-1", "nowait=2"})
    void whatIsNoWaitIsNone(String header) {
        assertThat(Preferences.wait(Collections.enumeration(List.of(header)))).isEmpty();
    }

    @Test
    void noHeaderIsNone() {
        assertThat(Preferences.wait(Collections.emptyEnumeration())).isEmpty();
    }
}
