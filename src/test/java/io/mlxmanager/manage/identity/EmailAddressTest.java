package io.mlxmanager.manage.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mlxmanager.base.problem.InvalidInput;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EmailAddressTest {

    @ParameterizedTest
    @CsvSource({
        "' Ada@Example.ORG ', ada@example.org",
        "a.b+tag@sub.example.org, a.b+tag@sub.example.org",
        "TITLE@EXAMPLE.ORG, title@example.org",
        "operator@localhost, operator@localhost",
        "jürgen@bücher.example, jürgen@bücher.example",
    })
    void hasOneForm(String typed, String stored) {
        assertThat(EmailAddress.of("email", typed).value()).isEqualTo(stored);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "ada",
                "@example.org",
                "ada@",
                "ada@@example.org",
                "a b@example.org",
                "ada@exa mple.org",
                "ada@.org",
                "ada@example..org",
                "ada@example.org.",
                "<ada@example.org>",
                "ada@example.org\r\nBcc: x",
                "ada\u0000@example.org"
            })
    void whatIsNoAddressIsRefusedWithTheField(String typed) {
        assertThatThrownBy(() -> EmailAddress.of("email", typed))
                .isInstanceOfSatisfying(
                        InvalidInput.class,
                        refused -> assertThat(refused.errors().get(0).field()).isEqualTo("email"));
    }

    @Test
    void aLongHostileTextIsRefusedAtOnce() {
        String hostile = "a@" + "a.-".repeat(100_000);

        assertThatThrownBy(() -> EmailAddress.of("email", hostile)).isInstanceOf(InvalidInput.class);
    }
}
