package io.mlxmanager.api.body;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mlxmanager.base.problem.FieldError;
import io.mlxmanager.base.problem.InvalidInput;
import jakarta.ws.rs.core.MultivaluedHashMap;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QueryFieldsTest {

    private static QueryFields of(Map<String, String> parameters) {
        return new QueryFields(new MultivaluedHashMap<>(parameters));
    }

    @ParameterizedTest
    @CsvSource({
        "2026-03-11T10:00:00Z, 2026-03-11T10:00:00Z",
        "2026-03-11T10:00:00.5+02:00, 2026-03-11T08:00:00.5Z",
        "2026-03-11T10:00:00 02:00, 2026-03-11T08:00:00Z",
        "2026-03-11T10:00:00, 2026-03-11T10:00:00Z",
        "2026-03-11, 2026-03-11T00:00:00Z",
    })
    void timesAreReadInTheFormsThatClientsSend(String text, Instant expected) {
        assertThat(of(Map.of("t", text)).time("t")).contains(expected);
    }

    @Test
    void reportsAllFaultsAtOnce() {
        QueryFields query = of(Map.of("n", "0", "t", "yesterday", "c", "blue", "x", "y".repeat(2000)));
        query.number("n", 1, 10);
        query.time("t");
        query.<String>choice("c", List.of("red"), word -> Optional.empty());
        query.text("x");

        assertThat(catchThrowableOfType(InvalidInput.class, query::end).errors())
                .extracting(FieldError::field)
                .containsExactly("n", "t", "c", "x");
    }

    @Test
    void emptyIsAbsent() {
        QueryFields query = of(Map.of("n", "", "t", ""));

        assertThat(query.number("n", 1, 10)).isEmpty();
        assertThat(query.time("t")).isEmpty();
        query.end();
    }
}
