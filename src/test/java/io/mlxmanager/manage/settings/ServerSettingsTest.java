package io.mlxmanager.manage.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mlxmanager.base.config.ByteSize;
import io.mlxmanager.base.config.PoolConfig;
import io.mlxmanager.base.config.TimeoutConfig;
import io.mlxmanager.base.crypto.Secret;
import io.mlxmanager.base.json.JsonFields;
import io.mlxmanager.base.problem.FieldError;
import io.mlxmanager.base.problem.InvalidInput;
import io.mlxmanager.base.secrets.SealBroken;
import io.mlxmanager.base.secrets.Sealer;
import io.mlxmanager.base.secrets.SecretRing;
import io.mlxmanager.testing.MovableClock;
import io.mlxmanager.testing.TestDatabase;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ServerSettingsTest {

    private static final Secret SECRET = new Secret("a secret of the tests, of more than 32 bytes");
    private static final Secret NEXT = new Secret("the next secret of the tests, also long enough");
    private static final long GIGABYTE = 1_000_000_000L;

    private final TestDatabase database = new TestDatabase();

    private ServerSettings settings(Secret... secrets) {
        SecretRing ring = secrets.length == 1 ? SecretRing.of(secrets[0]) : SecretRing.of(secrets[0], secrets[1]);
        return new ServerSettings(
                database,
                new Sealer(ring),
                new PoolConfig(new ByteSize(3 * GIGABYTE)),
                new TimeoutConfig(Duration.ofMinutes(15)),
                new MovableClock(Instant.parse("2026-01-01T00:00:00Z")));
    }

    @AfterEach
    void close() {
        database.close();
    }

    private static JsonFields body(String text) {
        return JsonFields.parse(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void whatIsConfiguredHoldsUntilSomebodySaysOtherwise() {
        ServerSettings before = settings(SECRET);
        assertThat(before.poolBytes()).isEqualTo(3 * GIGABYTE);
        assertThat(before.timeouts().chat()).isEqualTo(Duration.ofMinutes(15));

        before.pool(PoolSettings.read(
                body("{\"memory_limit_mode\":\"gb\",\"memory_limit_value\":7,\"eviction_policy\":\"ttl\"}"),
                before.pool()));
        before.timeouts(TimeoutSettings.read(body("{\"chat_seconds\":60}"), before.timeouts()));

        ServerSettings afterARestart = settings(SECRET);
        assertThat(afterARestart.poolBytes()).isEqualTo(7 * GIGABYTE);
        assertThat(afterARestart.pool().policy()).isEqualTo(PoolSettings.Policy.TTL);
        assertThat(afterARestart.timeouts().chat()).isEqualTo(Duration.ofMinutes(1));
        assertThat(afterARestart.timeouts().completions()).isEqualTo(Duration.ofMinutes(10));
    }

    @Test
    void whatCannotBeKeptIsRefusedByName() {
        PoolSettings before = settings(SECRET).pool();

        assertThat(faults(() -> PoolSettings.read(
                        body("{\"eviction_policy\":\"lfu\",\"memory_limit_value\":101,\"max_models\":-1,\"other\":1}"),
                        before)))
                .containsExactly("memory_limit_value", "eviction_policy", "max_models", "other");
        assertThat(faults(() -> PoolSettings.read(
                        body("{\"memory_limit_mode\":\"percent\"}"),
                        new PoolSettings(PoolSettings.Mode.GB, 500, PoolSettings.Policy.LRU, 300, 0))))
                .containsExactly("memory_limit_value");
        assertThat(faults(() -> TimeoutSettings.read(
                        body("{\"chat_seconds\":59,\"embeddings_seconds\":601}"),
                        settings(SECRET).timeouts())))
                .containsExactly("chat_seconds", "embeddings_seconds");
    }

    private static List<String> faults(org.assertj.core.api.ThrowableAssert.ThrowingCallable work) {
        return catchThrowableOfType(InvalidInput.class, work).errors().stream()
                .map(FieldError::field)
                .toList();
    }

    @Test
    void aTokenIsSealedInTheDatabaseAndSealedAnewAfterARotation() {
        ServerSettings first = settings(SECRET);
        assertThat(first.hubToken()).isEmpty();
        first.hubToken(new Secret("hf_abcdef"));

        String stored = database.call(entities ->
                entities.find(StoredSetting.class, "huggingface.token").content());
        assertThat(stored).doesNotContain("hf_abcdef");
        assertThat(settings(NEXT, SECRET).hubToken().orElseThrow().value()).isEqualTo("hf_abcdef");
        assertThat(settings(NEXT).hubToken().orElseThrow().value()).isEqualTo("hf_abcdef");
        assertThatThrownBy(() -> settings(SECRET).hubToken()).isInstanceOf(SealBroken.class);

        first.removeHubToken();
        assertThat(first.hasHubToken()).isFalse();
    }
}
