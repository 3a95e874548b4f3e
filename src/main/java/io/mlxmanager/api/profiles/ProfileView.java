package io.mlxmanager.api.profiles;

import io.mlxmanager.manage.profile.ProfileInfo;
import io.mlxmanager.manage.profile.ProfileSettings;
import io.mlxmanager.manage.profile.ProfileSettings.Audio;
import io.mlxmanager.manage.profile.ProfileSettings.Context;
import io.mlxmanager.manage.profile.ProfileSettings.Inference;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** A profile as the API shows it; every field is there, {@code null} where nothing was said. */
record ProfileView(ProfileInfo info) {

    JsonObject toJson() {
        ProfileSettings settings = info.settings();
        JsonObjectBuilder json = Json.createObjectBuilder().add("id", info.id()).add("name", settings.name());
        text(json, "description", settings.description());
        json.add("request_name", info.requestName())
                .add("model_id", settings.modelId())
                .add("model_repo_id", settings.modelId())
                .add("model_type", info.type().word())
                .add("profile_type", info.type().profileType())
                .add("auto_start", settings.autoStart())
                .add("pinned", settings.pinned());
        text(json, "draft_model", settings.draftModel());
        integer(json, "keep_alive_seconds", settings.keepAliveSeconds());
        return json.add("inference", inference(settings.inference()))
                .add("context", context(settings.context()))
                .add("audio", audio(settings.audio()))
                .add("model_options", settings.modelOptions())
                .add("created_at", info.createdAt().toString())
                .add("updated_at", info.updatedAt().toString())
                .build();
    }

    private static JsonObjectBuilder inference(Inference inference) {
        JsonObjectBuilder json = Json.createObjectBuilder();
        number(json, "temperature", inference.temperature());
        number(json, "top_p", inference.topP());
        integer(json, "top_k", inference.topK());
        number(json, "min_p", inference.minP());
        number(json, "repetition_penalty", inference.repetitionPenalty());
        integer(json, "max_tokens", inference.maxTokens());
        return json;
    }

    private static JsonObjectBuilder context(Context context) {
        JsonObjectBuilder json = Json.createObjectBuilder();
        integer(json, "context_length", context.length());
        text(json, "system_prompt", context.systemPrompt());
        return json.add("enable_tool_injection", false);
    }

    private static JsonObjectBuilder audio(Audio audio) {
        JsonObjectBuilder json = Json.createObjectBuilder();
        text(json, "tts_voice", audio.voice());
        number(json, "tts_speed", audio.speed());
        integer(json, "tts_sample_rate", audio.sampleRate());
        text(json, "stt_language", audio.language());
        return json;
    }

    private static void text(JsonObjectBuilder json, String field, Optional<String> value) {
        value.ifPresentOrElse(text -> json.add(field, text), () -> json.addNull(field));
    }

    private static void number(JsonObjectBuilder json, String field, OptionalDouble value) {
        value.ifPresentOrElse(number -> json.add(field, number), () -> json.addNull(field));
    }

    private static void integer(JsonObjectBuilder json, String field, OptionalInt value) {
        value.ifPresentOrElse(number -> json.add(field, number), () -> json.addNull(field));
    }
}
