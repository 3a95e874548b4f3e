package io.mlxmanager.base.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mlxmanager.base.crypto.Secret;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SealerTest {

    private static final Secret SECRET = new Secret("a secret of the tests, of more than 32 bytes");
    private static final Secret NEXT = new Secret("the next secret");

    private final Sealer sealer = new Sealer(SecretRing.of(SECRET));

    @ParameterizedTest
    @ValueSource(strings = {"", "sk-abc", "ключ ✓ 😀"})
    void whatWasSealedIsOpenedAgain(String text) {
        assertThat(sealer.open(sealer.seal(text))).isEqualTo(text);
    }

    @Test
    void equalTextsAreSealedDifferently() {
        assertThat(sealer.seal("sk-abc")).isNotEqualTo(sealer.seal("sk-abc")).doesNotContain("sk-abc");
    }

    @Test
    void theFormIsCompactJweWithAGenerationAsKeyId() {
        String[] parts = sealer.seal("sk-abc").split("\\.", -1);

        assertThat(parts).hasSize(5);
        String header = new String(Base64.getUrlDecoder().decode(parts[0]), StandardCharsets.UTF_8);
        assertThat(header).contains("\"alg\":\"A256KW\"", "\"enc\":\"A256GCM\"", "\"kid\":\"");
    }

    @Test
    void aTamperedTextIsRefusedWhereverItWasTouched() {
        String[] parts = sealer.seal("sk-abc").split("\\.", -1);
        for (int part = 0; part < 5; part++) {
            String[] forged = parts.clone();
            forged[part] = (forged[part].charAt(0) == 'A' ? "B" : "A") + forged[part].substring(1);
            String text = String.join(".", forged);

            assertThatThrownBy(() -> sealer.open(text)).as("part " + part).isInstanceOf(SealBroken.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "sk-abc", "a.b.c.d.e", "....", "gAAAAABk"})
    void aForeignTextIsRefusedWithTheAdviceToReEnter(String text) {
        assertThatThrownBy(() -> sealer.open(text))
                .isInstanceOf(SealBroken.class)
                .hasMessageContaining("re-enter the key");
    }

    @Test
    void anotherSecretOpensNothingUnlessThisOneIsKept() {
        String sealed = sealer.seal("sk-abc");

        assertThatThrownBy(() -> new Sealer(SecretRing.of(NEXT)).open(sealed)).isInstanceOf(SealBroken.class);
        assertThat(new Sealer(SecretRing.of(NEXT, SECRET)).open(sealed)).isEqualTo("sk-abc");
    }

    @Test
    void whatAnEarlierSecretSealedIsOutdated() {
        String sealed = sealer.seal("sk-abc");
        Sealer rotated = new Sealer(SecretRing.of(NEXT, SECRET));

        assertThat(sealer.isOutdated(sealed)).isFalse();
        assertThat(rotated.isOutdated(sealed)).isTrue();
        assertThat(rotated.isOutdated(rotated.seal("sk-abc"))).isFalse();
    }
}
