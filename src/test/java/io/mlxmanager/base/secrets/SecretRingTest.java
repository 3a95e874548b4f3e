package io.mlxmanager.base.secrets;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlxmanager.base.config.ConfigValues;
import io.mlxmanager.base.config.HomeConfig;
import io.mlxmanager.base.config.TokenConfig;
import io.mlxmanager.base.crypto.Secret;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretRingTest {

    private static final String LONG = "0123456789abcdef0123456789abcdef";

    @TempDir
    Path home;

    private SecretRing load(String secret, String previous) {
        TokenConfig config = TokenConfig.read(
                ConfigValues.of(Map.of("mlx-manager.jwt-secret", secret, "mlx-manager.jwt-secret-previous", previous)));
        return SecretRing.load(config, new HomeConfig(home));
    }

    private SecretRing load(String secret) {
        return load(secret, "");
    }

    @Test
    void thePlaceholderNeverSignsAndIsWarnedAboutOnceByItsVariable() {
        SecretRing ring = load(TokenConfig.PLACEHOLDER);

        assertThat(ring.warnings()).singleElement().asString().contains("MLX_MANAGER_JWT_SECRET");
        assertThat(ring.current().key())
                .hasSizeGreaterThanOrEqualTo(32)
                .isNotEqualTo(TokenConfig.PLACEHOLDER.getBytes(StandardCharsets.UTF_8));
        assertThat(home.resolve(SecretRing.FILE)).isRegularFile();
    }

    @Test
    void theSecondStartHasTheSameSecret() {
        assertThat(load(TokenConfig.PLACEHOLDER).current())
                .isEqualTo(load(TokenConfig.PLACEHOLDER).current());
    }

    @Test
    void aLongSecretIsTheKeyWithoutAWordAndWithoutAFile() {
        SecretRing ring = load(LONG);

        assertThat(ring.warnings()).isEmpty();
        assertThat(ring.current().key()).isEqualTo(LONG.getBytes(StandardCharsets.UTF_8));
        assertThat(home).isEmptyDirectory();
    }

    @Test
    void aShortSecretWorksWithAWarningThatDoesNotShowIt() {
        SecretRing ring = load("hunter2");

        assertThat(ring.warnings())
                .singleElement()
                .asString()
                .contains("MLX_MANAGER_JWT_SECRET")
                .doesNotContain("hunter2");
        assertThat(ring.current().key()).hasSize(32);
        assertThat(ring.current().toString()).doesNotContain("hunter2");
    }

    @Test
    void previousSecretsFollowTheCurrentOneButNeverThePlaceholder() {
        SecretRing ring = load(LONG, "old-one, " + TokenConfig.PLACEHOLDER + ",old-two");

        assertThat(ring.all())
                .extracting(SecretRing.Generation::secret)
                .containsExactly(new Secret(LONG), new Secret("old-one"), new Secret("old-two"));
        assertThat(ring.find(ring.all().get(2).id())).contains(ring.all().get(2));
        assertThat(ring.find("other")).isEmpty();
    }

    @Test
    void theSecretMadeAtTheFirstStartStillOpensOnceAnotherIsConfigured() {
        Secret made = load(TokenConfig.PLACEHOLDER).current().secret();

        assertThat(load(LONG).all()).extracting(SecretRing.Generation::secret).containsExactly(new Secret(LONG), made);
    }
}
