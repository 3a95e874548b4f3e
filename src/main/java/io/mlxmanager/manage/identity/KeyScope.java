package io.mlxmanager.manage.identity;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What an API key opens. */
public enum KeyScope {
    /** Asking models, and reading which there are. */
    INFERENCE,
    /** Reading which models there are. */
    MODELS,
    /** The management API, with the rights of the key's user. */
    ADMIN;

    /** The word in the database and in JSON: the name in lower case. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<KeyScope> ofWord(String word) {
        return Arrays.stream(values())
                .filter(scope -> scope.word().equals(word))
                .findFirst();
    }

    public static List<String> words() {
        return Arrays.stream(values()).map(KeyScope::word).toList();
    }
}
