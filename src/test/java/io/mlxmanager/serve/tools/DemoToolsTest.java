package io.mlxmanager.serve.tools;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlxmanager.base.json.JsonFields;
import jakarta.json.Json;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A short expression must not cost long: each test has to end within seconds. */
@Timeout(value = 10, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DemoToolsTest {

    private final DemoTools tools = new DemoTools(List.of(
            new Calculator(),
            new WeatherStandIn(),
            new CityClock(Clock.fixed(Instant.parse("2026-07-01T12:00:00.5Z"), ZoneOffset.UTC))));

    @ParameterizedTest
    @CsvSource({
        "2+2, 4",
        "12 * 7, 84",
        "2 + 3 * 4, 14",
        "(2 + 3) * 4, 20",
        "-3 + +5, 2",
        "2 ^ 10, 1024",
        "2 ** 3 ** 2, 512",
        "17 % 5, 2",
        "10 / 4 * 2, 5",
        "6 × 7 ÷ 2 − 1, 20",
        "2^64, 18446744073709551616",
        "1e3, 1000",
        "0 * -1, 0"
    })
    void wholeResultsAreWholeNumbers(String expression, BigInteger expected) {
        JsonNumber result = calculate(expression).getJsonNumber("result");
        assertThat(result.isIntegral()).isTrue();
        assertThat(result.bigIntegerValueExact()).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"7/2, 3.5", "0.1+0.2, 0.3", "1/3, 0.333333333333333", "2^0.5, 1.4142135623731", "-1/8, -0.125"})
    void otherResultsHaveFifteenDigits(String expression, BigDecimal expected) {
        assertThat(calculate(expression).getJsonNumber("result").bigDecimalValue())
                .isEqualByComparingTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1/0",
                "9^9^9^9",
                "1e999",
                "10^400",
                "1e999999999 * 10",
                "(-8)^0.5",
                "2 +",
                "(1",
                "1 2",
                "x + 1",
                "SQRT(4)",
                "FACT(100000)",
                "\"a\" + \"b\"",
                "true",
                "1 == 1",
                "5 % 0",
                "{}",
                "[1]",
                "'",
                "0x",
                "1..2"
            })
    void whatIsNoFiniteNumberIsAnErrorForTheModel(String expression) {
        JsonObject result = calculate(expression);
        assertThat(result).containsOnlyKeys("error");
        assertThat(result.getString("error")).isNotBlank();
    }

    @Test
    void anOverLongOrDeeplyNestedExpressionIsAnError() {
        assertThat(calculate("1" + "+1".repeat(300)).getString("error")).contains("expression");
        assertThat(calculate("(".repeat(240) + "7" + ")".repeat(240)).getInt("result"))
                .isEqualTo(7);
        assertThat(calculate("9^".repeat(249) + "9")).containsOnlyKeys("error");
    }

    @Test
    void argumentsAreNamedWhenWrong() {
        assertThat(tools.execute("calculator", fields(JsonValue.EMPTY_JSON_OBJECT))
                        .getString("error"))
                .contains("expression");
        JsonObject surplus = Json.createObjectBuilder()
                .add("expression", "1")
                .add("digits", 3)
                .build();
        assertThat(tools.execute("calculator", fields(surplus)).getString("error"))
                .contains("digits");
    }

    @Test
    void aToolThatDoesNotExistIsAnswered() {
        assertThat(tools.execute("launch", fields(JsonValue.EMPTY_JSON_OBJECT)).getString("error"))
                .contains("launch", "calculator", "get_weather");
    }

    @Test
    void theWeatherOfACityIsAlwaysTheSame() {
        JsonObject oslo = city("get_weather", "Oslo");
        assertThat(city("get_weather", " oslo ").getInt("temperature")).isEqualTo(oslo.getInt("temperature"));
        assertThat(oslo.getInt("temperature")).isBetween(-10, 35);
        assertThat(oslo.getInt("humidity")).isBetween(20, 95);
        assertThat(oslo.getString("note")).contains("invented");
        assertThat(city("get_weather", "  ")).containsOnlyKeys("error");
    }

    @ParameterizedTest
    @CsvSource({
        "Oslo, 2026-07-01T14:00:00+02:00",
        "new york, 2026-07-01T08:00:00-04:00",
        "São Paulo, 2026-07-01T09:00:00-03:00",
        "Tokyo, 2026-07-01T21:00:00+09:00"
    })
    void theClockKnowsCities(String city, String expected) {
        assertThat(city("get_time", city).getString("time")).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Nowhere", "UTC", "Etc/GMT+1", ""})
    void theClockSaysWhichCityItDoesNotKnow(String city) {
        assertThat(city("get_time", city)).containsOnlyKeys("error");
    }

    @Test
    void declarationsAreThoseOfTheOpenAiProtocol() {
        JsonObject first = tools.declarations().get(0);
        assertThat(first.getString("type")).isEqualTo("function");
        assertThat(first.toString())
                .isEqualTo("{\"type\":\"function\",\"function\":{\"name\":\"calculator\","
                        + "\"description\":\"Evaluate an arithmetic expression.\",\"parameters\":{\"type\":\"object\","
                        + "\"properties\":{\"expression\":{\"type\":\"string\","
                        + "\"description\":\"The expression, for example 2 + 3 * 4\"}},"
                        + "\"required\":[\"expression\"]}}}");
    }

    private JsonObject calculate(String expression) {
        return tools.execute(
                "calculator",
                fields(Json.createObjectBuilder().add("expression", expression).build()));
    }

    private JsonObject city(String tool, String city) {
        return tools.execute(
                tool, fields(Json.createObjectBuilder().add("city", city).build()));
    }

    private static JsonFields fields(JsonObject object) {
        return JsonFields.of(object);
    }
}
