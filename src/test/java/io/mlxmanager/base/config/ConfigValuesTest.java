package io.mlxmanager.base.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigValuesTest {

    @Test
    void everyDefaultCanBeRead() {
        ConfigValues values = ConfigValues.of(Map.of());

        assertThat(ConfigKeys.all()).isNotEmpty();
        ConfigKeys.all().forEach(key -> assertThatCode(() -> values.read(key)).doesNotThrowAnyException());
        assertThatCode(() -> {
                    HomeConfig.read(values);
                    HttpConfig.read(values);
                    TokenConfig.read(values);
                    PasswordConfig.read(values);
                    LoginConfig.read(values);
                    AuditConfig.read(values);
                })
                .doesNotThrowAnyException();
    }

    @Test
    void noKeyStandsTwice() {
        List<String> names =
                ConfigKeys.all().stream().<String>map(ConfigKey::name).toList();

        assertThat(names).doesNotHaveDuplicates();
    }

    @Test
    void aBlankValueIsAnAbsentOne() {
        assertThat(LoginConfig.read(ConfigValues.of(Map.of("mlx-manager.login.free-attempts", "  "))))
                .isEqualTo(LoginConfig.read(ConfigValues.of(Map.of())));
    }

    @Test
    void aBadValueIsRefusedWithItsKey() {
        assertThatThrownBy(() -> LoginConfig.read(ConfigValues.of(Map.of("mlx-manager.login.free-attempts", "many"))))
                .hasMessage("mlx-manager.login.free-attempts = 'many': not an integer between 1 and 1000");
    }

    @Test
    void keysAndValuesAreOf16Or8Or4BitsAndExactOnesAreNotPacked() {
        String bits = "mlx-manager.engine.kv-bits";
        assertThat(EngineConfig.read(ConfigValues.of(Map.of())).storedKvBits()).isEqualTo(16);
        assertThat(EngineConfig.read(ConfigValues.of(Map.of(bits, "8"))).storedKvBits())
                .isEqualTo(8);
        Map<String, String> exact = Map.of("mlx-manager.engine.exact", "true");
        assertThat(EngineConfig.read(ConfigValues.of(exact)).storedKvBits()).isEqualTo(32);
        assertThatThrownBy(() -> EngineConfig.read(ConfigValues.of(Map.of(bits, "5"))))
                .hasMessage(bits + " = '5': not 16, 8 or 4");
        assertThatThrownBy(
                        () -> EngineConfig.read(ConfigValues.of(Map.of(bits, "4", "mlx-manager.engine.exact", "true"))))
                .hasMessageContaining(bits + " = 4")
                .hasMessageContaining("mlx-manager.engine.exact");
    }

    @Test
    void instructionSetsAreThoseThatThereAreKernelsFor() {
        String key = "mlx-manager.engine.instruction-set";
        assertThat(EngineConfig.read(ConfigValues.of(Map.of())).instructionSet())
                .isEqualTo("auto");
        assertThat(EngineConfig.read(ConfigValues.of(Map.of(key, "amx"))).instructionSet())
                .isEqualTo("amx");
        assertThatThrownBy(() -> EngineConfig.read(ConfigValues.of(Map.of(key, "sse"))))
                .hasMessage(key + " = 'sse': not auto, scalar, avx2, avx512, amx, neon or neondot");
    }

    @Test
    void aBadSecretIsRefusedWithoutBeingShown() {
        ConfigKey<Integer> key = new ConfigKey<>("x.secret", "1", true, text -> {
            throw new IllegalArgumentException("not good");
        });

        assertThatThrownBy(() -> ConfigValues.of(Map.of("x.secret", "hunter2")).read(key))
                .hasMessageContaining("x.secret")
                .hasMessageNotContaining("hunter2");
    }

    @ParameterizedTest
    @CsvSource({"500ms, PT0.5S", "30s, PT30S", "15 m, PT15M", "12h, PT12H", "7d, PT168H", "PT1H30M, PT1H30M"})
    void durationsAreReadInBothForms(String text, Duration expected) {
        assertThat(ConfigValues.of(Map.of("d", text)).read(ConfigKey.duration("d", "1s")))
                .isEqualTo(expected);
    }

    @Test
    void aTildeIsTheHomeFolder() {
        assertThat(HomeConfig.read(ConfigValues.of(Map.of())).folder())
                .isEqualTo(Path.of(System.getProperty("user.home"), ".mlx-manager"));
    }

    @Test
    void theSecretIsNotShownByItsRecord() {
        TokenConfig config = TokenConfig.read(ConfigValues.of(Map.of("mlx-manager.jwt-secret", "hunter2")));

        assertThat(config.toString()).doesNotContain("hunter2");
    }
}
