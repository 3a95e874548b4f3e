package io.mlxmanager.api.profiles;

import io.mlxmanager.base.json.JsonFields;
import io.mlxmanager.manage.profile.ProfileInfo;
import io.mlxmanager.manage.profile.ProfileSettings;
import io.mlxmanager.manage.profile.ProfileSettings.Audio;
import io.mlxmanager.manage.profile.ProfileSettings.Context;
import io.mlxmanager.manage.profile.ProfileSettings.Inference;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.Supplier;

/** Reads the body of a create or a change: a field that is absent stays, {@code null} clears it. */
final class ProfileReader {

    private static final int MAX_NAME = 100;
    private static final int MAX_MODEL = 200;
    private static final int MAX_OPTIONS = 4000;
    private static final int YEAR = 366 * 24 * 3600;

    private static final ProfileSettings BLANK = new ProfileSettings(
            "",
            Optional.empty(),
            "",
            Optional.empty(),
            false,
            false,
            OptionalInt.empty(),
            Inference.UNSAID,
            Context.UNSAID,
            Audio.UNSAID,
            JsonValue.EMPTY_JSON_OBJECT);

    private ProfileReader() {}

    static ProfileSettings create(JsonFields body) {
        return read(body, BLANK, true);
    }

    static ProfileSettings change(JsonFields body, ProfileSettings before) {
        return read(body, before, false);
    }

    private static ProfileSettings read(JsonFields body, ProfileSettings before, boolean fresh) {
        ProfileSettings settings = new ProfileSettings(
                fresh || body.has("name") ? name(body, body.requiredString("name", MAX_NAME)) : before.name(),
                kept(body, "description", body.optionalString("description", 1000), before.description()),
                fresh || body.has("model_id") ? body.requiredString("model_id", MAX_MODEL) : before.modelId(),
                kept(body, "draft_model", body.optionalString("draft_model", MAX_MODEL), before.draftModel()),
                kept(body, "auto_start", body.optionalBoolean("auto_start"), Optional.of(before.autoStart()))
                        .orElse(false),
                kept(body, "pinned", body.optionalBoolean("pinned"), Optional.of(before.pinned()))
                        .orElse(false),
                kept(
                        body,
                        "keep_alive_seconds",
                        () -> body.optionalInt("keep_alive_seconds", -1, YEAR),
                        before::keepAliveSeconds),
                inference(body, before.inference()),
                context(body, before.context()),
                audio(body, before.audio()),
                options(body, before.modelOptions()));
        body.end();
        return settings;
    }

    /** Also of a copy's new name. */
    static String name(JsonFields body, String given) {
        String name = given.strip();
        if (name.isEmpty() || name.length() > MAX_NAME) {
            body.fault("name", "must have 1 to " + MAX_NAME + " characters");
        } else if (name.contains("/") || name.startsWith(ProfileInfo.PREFIX)) {
            body.fault("name", "must hold no slash and not begin with " + ProfileInfo.PREFIX);
        } else if (name.chars().anyMatch(Character::isISOControl)) {
            body.fault("name", "must hold no control characters");
        }
        return name;
    }

    private static Inference inference(JsonFields body, Inference before) {
        Optional<JsonFields> found = body.optionalObject("inference");
        if (found.isEmpty()) {
            return body.has("inference") ? Inference.UNSAID : before;
        }
        JsonFields fields = found.get();
        Inference inference = new Inference(
                number(fields, "temperature", 0, 2, before.temperature()),
                number(fields, "top_p", 0, 1, before.topP()),
                kept(fields, "top_k", () -> fields.optionalInt("top_k", 0, 1_000_000), before::topK),
                number(fields, "min_p", 0, 1, before.minP()),
                number(fields, "repetition_penalty", 0.1, 10, before.repetitionPenalty()),
                kept(fields, "max_tokens", () -> fields.optionalInt("max_tokens", 1, 128_000), before::maxTokens));
        fields.refuseUnknown();
        return inference;
    }

    private static Context context(JsonFields body, Context before) {
        Optional<JsonFields> found = body.optionalObject("context");
        if (found.isEmpty()) {
            return body.has("context") ? Context.UNSAID : before;
        }
        JsonFields fields = found.get();
        Context context = new Context(
                kept(
                        fields,
                        "context_length",
                        () -> fields.optionalInt("context_length", 16, 16_777_216),
                        before::length),
                kept(fields, "system_prompt", fields.optionalString("system_prompt", 20_000), before.systemPrompt()));
        if (fields.optionalBoolean("enable_tool_injection").orElse(false)) {
            fields.fault("enable_tool_injection", "is not available: tools are shown by the model's own template only");
        }
        fields.refuseUnknown();
        return context;
    }

    private static Audio audio(JsonFields body, Audio before) {
        Optional<JsonFields> found = body.optionalObject("audio");
        if (found.isEmpty()) {
            return body.has("audio") ? Audio.UNSAID : before;
        }
        JsonFields fields = found.get();
        Audio audio = new Audio(
                kept(fields, "tts_voice", fields.optionalString("tts_voice", 100), before.voice()),
                number(fields, "tts_speed", 0.25, 4, before.speed()),
                kept(
                        fields,
                        "tts_sample_rate",
                        () -> fields.optionalInt("tts_sample_rate", 8000, 192_000),
                        before::sampleRate),
                kept(fields, "stt_language", fields.optionalString("stt_language", 20), before.language()));
        fields.refuseUnknown();
        return audio;
    }

    private static JsonObject options(JsonFields body, JsonObject before) {
        Optional<JsonObject> found = body.optionalJson("model_options");
        if (found.isEmpty()) {
            return body.has("model_options") ? JsonValue.EMPTY_JSON_OBJECT : before;
        }
        found.get().forEach((option, value) -> {
            if (value instanceof JsonObject || value.getValueType() == JsonValue.ValueType.ARRAY) {
                body.fault("model_options." + option, "must be a string, a number, true, false or null");
            }
        });
        if (found.get().toString().length() > MAX_OPTIONS) {
            body.fault("model_options", "must have at most " + MAX_OPTIONS + " characters");
        }
        return found.get();
    }

    private static <T> Optional<T> kept(JsonFields body, String field, Optional<T> said, Optional<T> before) {
        return body.has(field) ? said : before;
    }

    private static OptionalInt kept(
            JsonFields body, String field, Supplier<OptionalInt> said, Supplier<OptionalInt> before) {
        OptionalInt value = said.get();
        return body.has(field) ? value : before.get();
    }

    private static OptionalDouble number(JsonFields body, String field, double min, double max, OptionalDouble before) {
        OptionalDouble value = body.optionalDouble(field, min, max);
        return body.has(field) ? value : before;
    }
}
