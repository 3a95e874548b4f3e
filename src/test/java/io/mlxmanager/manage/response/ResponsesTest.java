package io.mlxmanager.manage.response;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlxmanager.testing.MovableClock;
import io.mlxmanager.testing.TestDatabase;
import jakarta.json.Json;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ResponsesTest {

    private final TestDatabase database = new TestDatabase();
    private final MovableClock clock = new MovableClock(Instant.parse("2026-01-01T00:00:00Z"));
    private final Responses responses = new Responses(database, Duration.ofDays(30), clock);

    @AfterEach
    void close() {
        database.close();
    }

    private static StoredResponse response(String id, String text) {
        return new StoredResponse(
                Json.createObjectBuilder().add("id", id).add("text", text).build(),
                Json.createArrayBuilder().add("\u00e9 item").build());
    }

    @Test
    void whatIsKeptIsFoundAgainHoweverLongItIs() {
        StoredResponse large = response("resp_1", "\u4e2d0123456789".repeat(4000));
        responses.put(null, large);
        assertThat(responses.find(null, "resp_1")).contains(large);
    }

    @Test
    void nobodyFindsOrRemovesAnothersResponse() {
        responses.put(null, response("resp_1", "mine"));
        assertThat(responses.find(7L, "resp_1")).isEmpty();
        assertThat(responses.remove(7L, "resp_1")).isFalse();
        assertThat(responses.find(null, "resp_1")).isPresent();
    }

    @Test
    void aRemovedResponseIsGone() {
        responses.put(null, response("resp_1", "a"));
        assertThat(responses.remove(null, "resp_1")).isTrue();
        assertThat(responses.remove(null, "resp_1")).isFalse();
        assertThat(responses.find(null, "resp_1")).isEmpty();
    }

    @Test
    void anExpiredResponseIsNotFoundAndLeavesNothingBehind() {
        responses.put(null, response("resp_1", "a"));
        clock.advance(Duration.ofDays(30));
        assertThat(responses.find(null, "resp_1")).isEmpty();
        responses.put(null, response("resp_2", "b"));
        assertThat(count("responses")).isEqualTo(1);
        assertThat(count("response_pieces")).isEqualTo(1);
    }

    @Test
    void nothingIsKeptWithoutTime() {
        Responses none = new Responses(database, Duration.ZERO, clock);
        none.put(null, response("resp_1", "a"));
        assertThat(none.find(null, "resp_1")).isEmpty();
        assertThat(count("responses")).isZero();
    }

    private long count(String table) {
        return database.call(entities -> ((Number) entities.createNativeQuery("SELECT COUNT(*) FROM " + table)
                        .getSingleResult())
                .longValue());
    }
}
