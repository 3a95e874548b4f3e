package io.mlxmanager.manage.catalog;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * A model on disk.
 *
 * @param id as clients name it, {@code owner/name}
 * @param folder with config.json, tokenizer.json and the weights
 * @param source where it was found
 * @param added when it came to this machine
 * @param adapter folder of a fine-tuned change that the model is used with
 */
public record CatalogModel(String id, Path folder, Source source, Instant added, Optional<Path> adapter) {

    /** Between a model's name and that of an adapter. */
    public static final char WITH = '@';

    /** A model as it is. */
    public CatalogModel(String id, Path folder, Source source, Instant added) {
        this(id, folder, source, added, Optional.empty());
    }

    /** The same with an adapter, under a name of its own. */
    CatalogModel with(String name, Path change) {
        return new CatalogModel(id + WITH + name, folder, source, added, Optional.of(change));
    }

    /** The name of the model itself, whose weights all its adapters share. */
    public String baseId() {
        return adapter.isEmpty() ? id : id.substring(0, id.indexOf(WITH));
    }

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
