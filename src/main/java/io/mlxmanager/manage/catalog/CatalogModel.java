package io.mlxmanager.manage.catalog;

import java.nio.file.Path;
import java.time.Instant;

/**
 * A model on disk.
 *
 * @param id as clients name it, {@code owner/name}
 * @param folder with config.json, tokenizer.json and the weights
 * @param source where it was found
 * @param added when it came to this machine
 */
public record CatalogModel(String id, Path folder, Source source, Instant added) {

    /** Where a model was found. */
    public enum Source {
        /** The product's own data folder. */
        HOME,
        /** The cache that the Hugging Face tools share. */
        HUB_CACHE,
        /** A folder named in the configuration; nothing is ever written or deleted there. */
        FOLDER
    }

    /** The part of the id before the slash. */
    public String owner() {
        return id.substring(0, id.indexOf('/'));
    }
}
