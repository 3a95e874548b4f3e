package io.mlxmanager.base.config;

import java.nio.file.Path;
import java.util.List;

/**
 * Where models lie besides the data folder.
 *
 * @param hubCache the cache that the Hugging Face tools share
 */
public record ModelsConfig(Path hubCache) {

    /** The ecosystem's own variables; an explicit cache goes before the home that contains it. */
    static final ConfigKey<String> HF_HUB_CACHE = ConfigKey.text("HF_HUB_CACHE", "");

    static final ConfigKey<Path> HF_HOME = ConfigKey.path("HF_HOME", "~/.cache/huggingface");

    static final List<ConfigKey<?>> KEYS = List.of(HF_HUB_CACHE, HF_HOME);

    public static ModelsConfig read(ConfigValues values) {
        String explicit = values.read(HF_HUB_CACHE);
        return new ModelsConfig(
                explicit.isEmpty()
                        ? values.read(HF_HOME).resolve("hub")
                        : ConfigKey.path(HF_HUB_CACHE.name(), explicit).parser().apply(explicit));
    }
}
