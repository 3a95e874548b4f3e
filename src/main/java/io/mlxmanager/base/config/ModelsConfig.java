package io.mlxmanager.base.config;

import java.nio.file.Path;
import java.util.List;

/**
 * Where models lie besides the data folder.
 *
 * @param hubCache the cache that the Hugging Face tools share
 * @param folders that hold models as folders, {@code owner/name} or {@code name} below them; read only
 * @param uploadLimit largest model that is taken from a browser
 */
public record ModelsConfig(Path hubCache, List<Path> folders, ByteSize uploadLimit) {

    /** The ecosystem's own variables; an explicit cache goes before the home that contains it. */
    static final ConfigKey<String> HF_HUB_CACHE = ConfigKey.text("HF_HUB_CACHE", "");

    static final ConfigKey<Path> HF_HOME = ConfigKey.path("HF_HOME", "~/.cache/huggingface");

    static final ConfigKey<List<String>> FOLDERS = ConfigKey.list("mlx-manager.models.folders", "");

    static final ConfigKey<ByteSize> UPLOAD_LIMIT = ConfigKey.size("mlx-manager.models.upload-limit", "200 GiB");

    static final List<ConfigKey<?>> KEYS = List.of(HF_HUB_CACHE, HF_HOME, FOLDERS, UPLOAD_LIMIT);

    public static ModelsConfig read(ConfigValues values) {
        String explicit = values.read(HF_HUB_CACHE);
        return new ModelsConfig(
                explicit.isEmpty() ? values.read(HF_HOME).resolve("hub") : path(explicit),
                values.read(FOLDERS).stream().map(ModelsConfig::path).toList(),
                values.read(UPLOAD_LIMIT));
    }

    private static Path path(String text) {
        return ConfigKey.path(HF_HUB_CACHE.name(), text).parser().apply(text);
    }
}
