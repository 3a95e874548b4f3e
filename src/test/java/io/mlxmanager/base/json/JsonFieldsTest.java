package io.mlxmanager.base.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mlxmanager.base.problem.FieldError;
import io.mlxmanager.base.problem.InvalidInput;
import io.mlxmanager.base.problem.Problem;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonFieldsTest {

    private static JsonFields parse(String json) {
        return JsonFields.parse(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)));
    }

    private static List<FieldError> errors(JsonFields fields) {
        return catchThrowableOfType(InvalidInput.class, fields::end).errors();
    }

    @Test
    void readsEveryKindOfField() {
        JsonFields fields =
                parse("{\"s\":\"é\",\"i\":7,\"d\":0.5,\"b\":true,\"l\":[\"x\"],\"o\":{\"n\":1.0},\"z\":null}");

        assertThat(fields.requiredString("s", 1)).isEqualTo("é");
        assertThat(fields.optionalInt("i", 0, 7)).hasValue(7);
        assertThat(fields.optionalDouble("d", 0, 1)).hasValue(0.5);
        assertThat(fields.optionalBoolean("b")).contains(true);
        assertThat(fields.optionalStrings("l", 1, 1)).containsExactly("x");
        JsonFields nested = fields.optionalObject("o").orElseThrow();
        assertThat(nested.optionalInt("n", 0, 1)).hasValue(1);
        nested.end();
        assertThat(fields.optionalString("z", 9)).isEmpty();
        assertThat(fields.optionalInt("absent", 0, 1)).isEmpty();
        fields.end();
    }

    @Test
    void reportsAllFaultsAtOnceWithTheirFields() {
        JsonFields fields = parse("{\"name\":5,\"long\":\"abcd\",\"n\":1.5,\"o\":{\"x\":1},\"who\":1}");
        fields.requiredString("name", 10);
        fields.requiredString("missing", 10);
        fields.optionalString("long", 3);
        fields.optionalInt("n", 0, 5);
        fields.optionalObject("o").orElseThrow().requiredString("x", 5);

        assertThat(errors(fields))
                .extracting(FieldError::field)
                .containsExactly("name", "missing", "long", "n", "o.x", "who");
    }

    @Test
    void nullIsNotAValueForARequiredField() {
        JsonFields fields = parse("{\"name\":null}");
        fields.requiredString("name", 10);

        assertThat(errors(fields)).containsExactly(new FieldError("name", "is required"));
    }

    @ParameterizedTest
    @CsvSource({"1e999999999", "-1e999999999", "1e-999999999", "9223372036854775808", "6", "-1", "2.5"})
    void refusesNumbersThatAreNoIntegerInRangeWithoutExpandingThem(String number) {
        JsonFields fields = parse("{\"n\":" + number + "}");

        assertThat(fields.optionalInt("n", 0, 5)).isEmpty();
        assertThat(errors(fields)).extracting(FieldError::field).containsExactly("n");
    }

    @Test
    void namesTheWordsOfAChoice() {
        JsonFields fields = parse("{\"c\":\"blue\"}");

        assertThat(fields.<String>optionalChoice("c", List.of("red", "green"), word -> Optional.empty()))
                .isEmpty();
        assertThat(errors(fields)).containsExactly(new FieldError("c", "must be one of red, green"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "{\"a\":1,}", "nul", "{\"a\":\"\u0001\"}", "{} {}"})
    void whatIsNotJsonIsABadRequestThatDoesNotQuoteTheBody(String body) {
        assertThatThrownBy(() -> parse(body))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.status()).isEqualTo(400))
                .hasMessageStartingWith("The request body is not valid JSON");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[1]", "\"text\"", "1", "true", "null"})
    void jsonThatIsNoObjectIsRefusedAsABody(String body) {
        assertThatThrownBy(() -> parse(body)).isInstanceOf(InvalidInput.class).hasMessageContaining("JSON object");
    }

    @Test
    void deepNestingIsRefusedBeforeTheStackEnds() {
        String deep = "{\"a\":".repeat(50_000) + "1" + "}".repeat(50_000);

        assertThatThrownBy(() -> parse(deep)).isInstanceOf(Problem.class);
    }

    @Test
    void aNumberOfThousandsOfDigitsIsRefusedAsOtherBadInput() {
        assertThat(catchThrowableOfType(Problem.class, () -> parse("{\"n\":" + "9".repeat(5000) + "}"))
                        .code())
                .isEqualTo("invalid_json");
    }
}
