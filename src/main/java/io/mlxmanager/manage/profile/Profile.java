package io.mlxmanager.manage.profile;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.NamedQuery;
import jakarta.persistence.Table;
import java.io.StringReader;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** The row of a profile. Lives inside one transaction. */
@Entity
@Table(name = "profiles")
@NamedQuery(name = "Profile.all", query = "SELECT p FROM Profile p ORDER BY p.name")
@NamedQuery(name = "Profile.byName", query = "SELECT p FROM Profile p WHERE p.name = :name")
public class Profile {

    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    private Long id;

    private String name;
    private String description;

    @Column(name = "model_id")
    private String modelId;

    @Column(name = "draft_model")
    private String draftModel;

    @Column(name = "model_type")
    private String modelType;

    @Column(name = "auto_start")
    private boolean autoStart;

    private boolean pinned;

    @Column(name = "keep_alive_seconds")
    private Integer keepAliveSeconds;

    private Double temperature;

    @Column(name = "top_p")
    private Double topP;

    @Column(name = "top_k")
    private Integer topK;

    @Column(name = "min_p")
    private Double minP;

    @Column(name = "repetition_penalty")
    private Double repetitionPenalty;

    @Column(name = "max_tokens")
    private Integer maxTokens;

    @Column(name = "context_length")
    private Integer contextLength;

    @Column(name = "system_prompt")
    private String systemPrompt;

    @Column(name = "tts_voice")
    private String ttsVoice;

    @Column(name = "tts_speed")
    private Double ttsSpeed;

    @Column(name = "tts_sample_rate")
    private Integer ttsSampleRate;

    @Column(name = "stt_language")
    private String sttLanguage;

    @Column(name = "model_options")
    private String modelOptions;

    @Column(name = "created_at")
    private Instant createdAt;

    @Column(name = "updated_at")
    private Instant updatedAt;

    /** For the persistence provider. */
    protected Profile() {}

    Profile(ProfileSettings settings, ModelType type, Instant now) {
        createdAt = now;
        write(settings, type, now);
    }

    /** Takes over all settings; the name stays unique by the database alone. */
    final void write(ProfileSettings settings, ModelType type, Instant now) {
        name = settings.name();
        description = settings.description().orElse(null);
        modelId = settings.modelId();
        draftModel = settings.draftModel().orElse(null);
        modelType = type.word();
        autoStart = settings.autoStart();
        pinned = settings.pinned();
        keepAliveSeconds = boxed(settings.keepAliveSeconds());
        temperature = boxed(settings.inference().temperature());
        topP = boxed(settings.inference().topP());
        topK = boxed(settings.inference().topK());
        minP = boxed(settings.inference().minP());
        repetitionPenalty = boxed(settings.inference().repetitionPenalty());
        maxTokens = boxed(settings.inference().maxTokens());
        contextLength = boxed(settings.context().length());
        systemPrompt = settings.context().systemPrompt().orElse(null);
        ttsVoice = settings.audio().voice().orElse(null);
        ttsSpeed = boxed(settings.audio().speed());
        ttsSampleRate = boxed(settings.audio().sampleRate());
        sttLanguage = settings.audio().language().orElse(null);
        modelOptions = settings.modelOptions().toString();
        updatedAt = now;
    }

    ProfileInfo info() {
        ProfileSettings settings = new ProfileSettings(
                name,
                Optional.ofNullable(description),
                modelId,
                Optional.ofNullable(draftModel),
                autoStart,
                pinned,
                open(keepAliveSeconds),
                new ProfileSettings.Inference(
                        open(temperature),
                        open(topP),
                        open(topK),
                        open(minP),
                        open(repetitionPenalty),
                        open(maxTokens)),
                new ProfileSettings.Context(open(contextLength), Optional.ofNullable(systemPrompt)),
                new ProfileSettings.Audio(
                        Optional.ofNullable(ttsVoice),
                        open(ttsSpeed),
                        open(ttsSampleRate),
                        Optional.ofNullable(sttLanguage)),
                object(modelOptions));
        return new ProfileInfo(id, settings, ModelType.ofWord(modelType), createdAt, updatedAt);
    }

    private static JsonObject object(String text) {
        try (JsonReader reader = Json.createReader(new StringReader(text))) {
            return reader.readObject();
        }
    }

    private static Integer boxed(OptionalInt value) {
        return value.isPresent() ? (Integer) value.getAsInt() : null;
    }

    private static Double boxed(OptionalDouble value) {
        return value.isPresent() ? (Double) value.getAsDouble() : null;
    }

    private static OptionalInt open(Integer value) {
        return value == null ? OptionalInt.empty() : OptionalInt.of(value);
    }

    private static OptionalDouble open(Double value) {
        return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
    }
}
