package io.mlxmanager.manage.profile;

import io.mlxmanager.base.json.JsonFields;
import io.mlxmanager.base.problem.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
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
     * @throws Problem 400 when config.json is not JSON
     */
    public static ModelType of(Path folder, String id) {
        try (InputStream in = Files.newInputStream(folder.resolve("config.json"))) {
            JsonFields config = JsonFields.parse(in);
            Optional<String> family = config.optionalString("model_type", 100);
            if (family.filter(SPEECH::contains).isPresent()) {
                return AUDIO;
            }
            if (family.filter(ENCODERS::contains).isPresent() || Files.exists(folder.resolve("1_Pooling"))) {
                return EMBEDDINGS;
            }
            if (config.has("vision_config")) {
                return VISION;
            }
            return EMBEDDING_NAME.matcher(id.toLowerCase(Locale.ROOT)).find() ? EMBEDDINGS : TEXT;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
