package io.mlxmanager.manage.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mlxmanager.base.config.ByteSize;
import io.mlxmanager.base.config.PasswordConfig;
import io.mlxmanager.base.problem.InvalidInput;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordsTest {

    private final Passwords passwords = new Passwords(new PasswordConfig(ByteSize.parse("64K"), 2, 1));

    @Test
    void onlyTheSamePasswordMatches() {
        String hash = passwords.hash("pässwörd ✓");

        assertThat(hash).startsWith("$argon2id$v=19$m=64,t=2,p=1$");
        assertThat(passwords.matches("pässwörd ✓", hash)).isTrue();
        assertThat(passwords.matches("passwörd ✓", hash)).isFalse();
        assertThat(passwords.hash("pässwörd ✓")).isNotEqualTo(hash);
    }

    @Test
    void verifiesAHashOfTheReferenceImplementation() {
        // printf password | argon2 somesalt -id -t 2 -m 16 -p 4 -l 24
        String reference = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";

        assertThat(passwords.matches("password", reference)).isTrue();
        assertThat(passwords.matches("passwore", reference)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "$2b$12$abcdefghijklmnopqrstuv", "$argon2id$v=19$m=64,t=2,p=1$c2FsdA$"})
    void aHashOfAnotherFormMatchesNothingAndIsOutdated(String hash) {
        assertThat(passwords.matches("", hash)).isFalse();
        assertThat(passwords.isOutdated(hash)).isTrue();
    }

    @Test
    void aHashIsOutdatedWhenAnyParameterRose() {
        String hash = passwords.hash("a password");

        assertThat(passwords.isOutdated(hash)).isFalse();
        assertThat(new Passwords(new PasswordConfig(ByteSize.parse("128K"), 2, 1)).isOutdated(hash))
                .isTrue();
        assertThat(new Passwords(new PasswordConfig(ByteSize.parse("64K"), 3, 1)).isOutdated(hash))
                .isTrue();
        assertThat(new Passwords(new PasswordConfig(ByteSize.parse("32K"), 1, 1)).isOutdated(hash))
                .isFalse();
    }

    @Test
    void lengthIsCountedInCharactersAsAPersonCounts() {
        assertThatCode(() -> Passwords.check("password", "😀".repeat(8))).doesNotThrowAnyException();
        assertThatCode(() -> Passwords.check("password", "😀".repeat(128))).doesNotThrowAnyException();
        assertThatThrownBy(() -> Passwords.check("password", "1234567")).isInstanceOf(InvalidInput.class);
        assertThatThrownBy(() -> Passwords.check("password", "x".repeat(129))).isInstanceOf(InvalidInput.class);
    }
}
