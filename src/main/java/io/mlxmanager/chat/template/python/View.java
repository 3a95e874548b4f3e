package io.mlxmanager.chat.template.python;

import java.util.List;

/** What {@code keys()}, {@code values()} and {@code items()} of a dictionary return: countable, not indexable. */
public record View(Kind kind, Dict dict) {

    /** Which side of the entries is seen. */
    public enum Kind {
        KEYS("dict_keys"),
        VALUES("dict_values"),
        ITEMS("dict_items");

        private final String typeName;

        Kind(String typeName) {
            this.typeName = typeName;
        }

        String typeName() {
            return typeName;
        }
    }

    public List<Object> items() {
        return switch (kind) {
            case KEYS -> dict.keys();
            case VALUES -> dict.values();
            case ITEMS -> dict.items();
        };
    }
}
