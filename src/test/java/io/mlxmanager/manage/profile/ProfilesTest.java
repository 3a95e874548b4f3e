package io.mlxmanager.manage.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mlxmanager.base.problem.FieldError;
import io.mlxmanager.base.problem.InvalidInput;
import io.mlxmanager.base.problem.Problem;
import io.mlxmanager.manage.profile.ProfileSettings.Audio;
import io.mlxmanager.manage.profile.ProfileSettings.Context;
import io.mlxmanager.manage.profile.ProfileSettings.Inference;
import io.mlxmanager.testing.MovableClock;
import io.mlxmanager.testing.TestDatabase;
import jakarta.json.Json;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProfilesTest {

    private static final Inference COLD = new Inference(
            OptionalDouble.of(0.25),
            OptionalDouble.of(0.9),
            OptionalInt.of(20),
            OptionalDouble.of(0.05),
            OptionalDouble.of(1.1),
            OptionalInt.of(64));
    private static final Context PIRATE = new Context(OptionalInt.of(2048), Optional.of("You are a pirate."));

    @TempDir
    private Path folder;

    private final MovableClock clock = new MovableClock(Instant.parse("2026-01-01T00:00:00Z"));
    private final TestDatabase database = new TestDatabase();
    private final Profiles profiles =
            new Profiles(database, id -> Optional.of(folder.resolve(id)).filter(Files::isDirectory), clock);

    @BeforeEach
    void models() throws IOException {
        model("org/text", "{\"model_type\": \"qwen3\"}");
        model("org/speech", "{\"model_type\": \"whisper\"}");
        model("org/encoder", "{\"model_type\": \"bert\"}");
        model("org/eyes", "{\"model_type\": \"qwen2_vl\", \"vision_config\": {}}");
    }

    private void model(String id, String config) throws IOException {
        Files.createDirectories(folder.resolve(id));
        Files.writeString(folder.resolve(id).resolve("config.json"), config);
    }

    @AfterEach
    void close() {
        database.close();
    }

    private static ProfileSettings settings(String name, String model) {
        return settings(name, model, Inference.UNSAID, Context.UNSAID, Audio.UNSAID);
    }

    private static ProfileSettings settings(
            String name, String model, Inference inference, Context context, Audio audio) {
        return new ProfileSettings(
                name,
                Optional.of("for tests"),
                model,
                Optional.empty(),
                true,
                true,
                OptionalInt.of(300),
                inference,
                context,
                audio,
                Json.createObjectBuilder().add("enable_thinking", false).build());
    }

    @Test
    void everySettingComesBackAsItWasStored() {
        ProfileSettings full = settings("pirate", "org/text", COLD, PIRATE, Audio.UNSAID);

        ProfileInfo stored = profiles.create(full);

        assertThat(profiles.get(stored.id())).isEqualTo(stored);
        assertThat(stored.settings()).isEqualTo(full);
        assertThat(stored.type()).isEqualTo(ModelType.TEXT);
        assertThat(profiles.named("pirate")).contains(stored);
        assertThat(profiles.all()).containsExactly(stored);
    }

    @Test
    void aNameIsTakenOnceAlsoForAChangeAndACopy() {
        ProfileInfo first = profiles.create(settings("one", "org/text"));
        ProfileInfo second = profiles.create(settings("two", "org/text"));

        assertThat(refusal(() -> profiles.create(settings("one", "org/text"))).status())
                .isEqualTo(409);
        assertThat(refusal(() -> profiles.change(second.id(), before -> before.copyAs("one")))
                        .code())
                .isEqualTo("profile_name_taken");
        assertThat(refusal(() -> profiles.duplicate(first.id(), "two")).status())
                .isEqualTo(409);
        assertThat(profiles.get(second.id())).isEqualTo(second);
    }

    @Test
    void aCopyHasEverythingButTheStartByItself() {
        ProfileInfo first = profiles.create(settings("one", "org/text", COLD, PIRATE, Audio.UNSAID));

        ProfileInfo copy = profiles.duplicate(first.id(), "copy");

        assertThat(copy.settings().autoStart()).isFalse();
        assertThat(copy.settings().inference()).isEqualTo(COLD);
        assertThat(copy.settings().context()).isEqualTo(PIRATE);
        assertThat(copy.settings().modelOptions()).isEqualTo(first.settings().modelOptions());
    }

    @Test
    void aChangeReplacesWhatItSaysAndDerivesTheTypeAnew() {
        ProfileInfo first = profiles.create(settings("one", "org/text"));
        clock.advance(Duration.ofMinutes(1));

        ProfileInfo changed = profiles.change(
                first.id(),
                before -> new ProfileSettings(
                        before.name(),
                        Optional.empty(),
                        "org/eyes",
                        Optional.empty(),
                        false,
                        false,
                        OptionalInt.empty(),
                        before.inference(),
                        before.context(),
                        before.audio(),
                        JsonValue.EMPTY_JSON_OBJECT));

        assertThat(changed.type()).isEqualTo(ModelType.VISION);
        assertThat(changed.settings().description()).isEmpty();
        assertThat(changed.settings().keepAliveSeconds()).isEmpty();
        assertThat(changed.settings().modelOptions()).isEmpty();
        assertThat(changed.createdAt()).isEqualTo(first.createdAt());
        assertThat(changed.updatedAt()).isEqualTo(clock.instant());
    }

    @Test
    void settingsThatTheModelCannotUseAreNamed() {
        Audio voice = new Audio(Optional.of("af"), OptionalDouble.empty(), OptionalInt.empty(), Optional.empty());

        assertThat(faults(settings("a", "org/speech", COLD, PIRATE, voice))).containsExactly("inference", "context");
        assertThat(faults(settings("b", "org/text", COLD, PIRATE, voice))).containsExactly("audio");
        assertThat(faults(settings("c", "org/encoder", COLD, Context.UNSAID, voice)))
                .containsExactly("inference", "audio");
        assertThat(profiles.all()).isEmpty();
        assertThat(profiles.create(settings("d", "org/speech", Inference.UNSAID, Context.UNSAID, voice))
                        .type()
                        .profileType())
                .isEqualTo("audio");
    }

    private Iterable<String> faults(ProfileSettings settings) {
        return catchThrowableOfType(InvalidInput.class, () -> profiles.create(settings)).errors().stream()
                .map(FieldError::field)
                .toList();
    }

    @Test
    void whatIsNotThereIsSaidToBeMissing() {
        assertThat(refusal(() -> profiles.create(settings("a", "org/none"))).code())
                .isEqualTo("model_not_found");
        assertThat(refusal(() -> profiles.get(1)).code()).isEqualTo("profile_not_found");
        assertThat(refusal(() -> profiles.delete(1)).status()).isEqualTo(404);
        ProfileInfo gone = profiles.create(settings("a", "org/text"));
        profiles.delete(gone.id());
        assertThatThrownBy(() -> profiles.get(gone.id())).isInstanceOf(Problem.class);
    }

    private static Problem refusal(org.assertj.core.api.ThrowableAssert.ThrowingCallable work) {
        return catchThrowableOfType(Problem.class, work);
    }
}
