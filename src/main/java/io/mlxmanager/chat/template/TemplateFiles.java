package io.mlxmanager.chat.template;

import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonReaderFactory;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The chat templates of a model folder: {@code chat_template.jinja} if it is there, else {@code chat_template} in
 * {@code chat_template.json} or {@code tokenizer_config.json}, which holds one template or several with names.
 *
 * @param byName sources; {@code default} for conversations, {@code tool_use} for conversations with tools if the model has a
 *     template of its own for them
 * @param specialTokens {@code bos_token}, {@code eos_token} and the like; those that are null in the file are left out
 */
public record TemplateFiles(Map<String, String> byName, Map<String, String> specialTokens) {

    private static final long LARGEST_FILE = 64L << 20;
    private static final JsonReaderFactory READERS = Json.createReaderFactory(Map.of());

    public TemplateFiles {
        byName = Map.copyOf(byName);
        specialTokens = Map.copyOf(specialTokens);
    }

    /**
     * Reads a model folder. A folder without templates is not an error.
     *
     * @throws TemplateException naming the file, when one cannot be read or is not what it should be
     */
    public static TemplateFiles read(Path folder) {
        JsonObject config = readJson(folder.resolve("tokenizer_config.json"));
        Map<String, String> sources = new LinkedHashMap<>();
        addAll(config.get("chat_template"), sources, "tokenizer_config.json");
        addAll(readJson(folder.resolve("chat_template.json")).get("chat_template"), sources, "chat_template.json");
        Path jinja = folder.resolve("chat_template.jinja");
        if (Files.exists(jinja)) {
            sources.put("default", readText(jinja));
        }
        return new TemplateFiles(sources, specialTokens(config));
    }

    /** The source for a conversation with or without tools, or empty when the model has no template. */
    public Optional<String> source(boolean withTools) {
        String forTools = withTools ? byName.get("tool_use") : null;
        return Optional.ofNullable(forTools != null ? forTools : byName.get("default"));
    }

    private static void addAll(JsonValue template, Map<String, String> sources, String file) {
        if (template instanceof JsonString source) {
            sources.put("default", source.getString());
        } else if (template instanceof JsonArray named) {
            for (JsonValue entry : named) {
                if (!(entry instanceof JsonObject object)
                        || !(object.get("name") instanceof JsonString name)
                        || !(object.get("template") instanceof JsonString source)) {
                    throw new TemplateException(file + ": chat_template must list objects with name and template", 0);
                }
                sources.put(name.getString(), source.getString());
            }
        } else if (template != null && template != JsonValue.NULL) {
            throw new TemplateException(file + ": chat_template must be a string or a list", 0);
        }
    }

    private static Map<String, String> specialTokens(JsonObject config) {
        Map<String, String> tokens = new LinkedHashMap<>();
        config.forEach((name, value) -> {
            if (!name.endsWith("_token")) {
                return;
            }
            JsonValue content = value instanceof JsonObject token ? token.get("content") : value;
            if (content instanceof JsonString text) {
                tokens.put(name, text.getString());
            }
        });
        return tokens;
    }

    private static JsonObject readJson(Path file) {
        if (!Files.exists(file)) {
            return JsonValue.EMPTY_JSON_OBJECT;
        }
        checkSize(file);
        try (Reader text = Files.newBufferedReader(file, StandardCharsets.UTF_8);
                JsonReader reader = READERS.createReader(text)) {
            return reader.readObject();
        } catch (IOException | RuntimeException broken) {
            // The parser tells of too deep nesting by a bare RuntimeException.
            throw new TemplateException(file.getFileName() + " cannot be read: " + broken.getMessage(), 0, broken);
        }
    }

    private static String readText(Path file) {
        checkSize(file);
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException broken) {
            throw new TemplateException(file.getFileName() + " cannot be read: " + broken.getMessage(), 0, broken);
        }
    }

    private static void checkSize(Path file) {
        try {
            long size = Files.size(file);
            if (size > LARGEST_FILE) {
                throw new TemplateException(
                        Objects.toString(file.getFileName()) + " is larger than " + LARGEST_FILE + " bytes", 0);
            }
        } catch (IOException broken) {
            throw new TemplateException(file.getFileName() + " cannot be read: " + broken.getMessage(), 0, broken);
        }
    }
}
