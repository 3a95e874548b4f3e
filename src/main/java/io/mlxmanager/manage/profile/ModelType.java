package io.mlxmanager.manage.profile;

import io.mlxmanager.base.problem.Problem;
import io.mlxmanager.base.problem.ProblemKind;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** What a model is for, which decides what a profile of it may hold. */
public enum ModelType {
    TEXT("text-gen", "inference"),
    VISION("vision", "inference"),
    AUDIO("audio", "audio"),
    EMBEDDINGS("embeddings", "base");

    /** As config.json of the families names them. */
    private static final Set<String> SPEECH =
            Set.of("whisper", "kokoro", "csm", "sesame", "parakeet", "bark", "dia", "outetts", "spark", "voxtral_tts");

    private static final Set<String> ENCODERS = Set.of(
            "bert",
            "roberta",
            "xlm-roberta",
            "modernbert",
            "nomic_bert",
            "distilbert",
            "mpnet",
            "gte",
            "new",
            "siglip");

    /** Far above any real configuration. */
    private static final long MOST_CONFIG_BYTES = 4L << 20;

    private final String word;
    private final String profileType;

    ModelType(String word, String profileType) {
        this.word = word;
        this.profileType = profileType;
    }

    /** As it is stored and shown. */
    public String word() {
        return word;
    }

    /** The kind of profile that fits: {@code inference}, {@code audio} or {@code base}. */
    public String profileType() {
        return profileType;
    }

    /** Whether such a model answers conversations. */
    public boolean chats() {
        return this == TEXT || this == VISION;
    }

    static ModelType ofWord(String word) {
        return Arrays.stream(values())
                .filter(type -> type.word.equals(word))
                .findFirst()
                .orElse(TEXT);
    }

    /** Names of decoders whose conversions left the files behind that say what they are for. */
    private static final Pattern EMBEDDING_NAME = Pattern.compile("embed|minilm|sentence-|(^|[/_-])(e5|bge|gte)[-_]");

    /**
     * Reads it from a model's folder; its name counts only where its files leave it open.
     *
     * @param id as clients name the model
     * @throws Problem 500 {@code model_not_loadable} when config.json is no JSON object
     */
    public static ModelType of(Path folder, String id) {
        return of(config(folder.resolve("config.json")), folder, id);
    }

    /** The same, of a config.json that was read before. */
    public static ModelType of(JsonObject config, Path folder, String id) {
        String family = config.get("model_type") instanceof JsonString text ? text.getString() : "";
        if (SPEECH.contains(family)) {
            return AUDIO;
        }
        if (ENCODERS.contains(family) || Files.exists(folder.resolve("1_Pooling"))) {
            return EMBEDDINGS;
        }
        if (config.getOrDefault("vision_config", JsonValue.NULL) != JsonValue.NULL) {
            return VISION;
        }
        return EMBEDDING_NAME.matcher(id.toLowerCase(Locale.ROOT)).find() ? EMBEDDINGS : TEXT;
    }

    private static JsonObject config(Path file) {
        try {
            long size = Files.size(file);
            if (size > MOST_CONFIG_BYTES) {
                throw broken(size + " bytes, at most " + MOST_CONFIG_BYTES + " are read", null);
            }
            try (InputStream in = Files.newInputStream(file);
                    JsonReader reader = Json.createReader(in)) {
                return reader.readObject();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (Problem e) {
            throw e;
        } catch (RuntimeException e) {
            // The parser tells of too deep nesting by a bare one.
            throw broken("not a JSON object", e);
        }
    }

    private static Problem broken(String how, Throwable cause) {
        return new Problem(
                ProblemKind.INTERNAL, "model_not_loadable", "The model cannot be loaded: config.json: " + how, cause);
    }
}
