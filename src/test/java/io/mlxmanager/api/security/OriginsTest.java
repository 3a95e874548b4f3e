package io.mlxmanager.api.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OriginsTest {

    @ParameterizedTest
    @CsvSource({
        ", localhost:10242, true",
        "http://localhost:10242, localhost:10242, true",
        "HTTP://LocalHost:10242, localhost:10242, true",
        "https://chat.example.org, models.example.org, true",
        "http://evil.example, localhost:10242, false",
        "http://localhost:10243, localhost:10242, false",
        "http://localhost:10242.evil.example, localhost:10242, false",
        "http://localhost:10242@evil.example, localhost:10242, false",
        "null, localhost:10242, false",
        "'%%%', localhost:10242, false",
        "http://localhost:10242, , false",
    })
    void onlyOurOwnAndConfiguredPagesMayConnect(String origin, String host, boolean allowed) {
        assertThat(Origins.allow(origin, host, Set.of("https://chat.example.org")))
                .isEqualTo(allowed);
    }
}
