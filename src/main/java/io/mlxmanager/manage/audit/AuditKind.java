package io.mlxmanager.manage.audit;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a row is about: the use of a model, or an event that concerns who may do what. */
public enum AuditKind {
    INFERENCE,
    SECURITY;

    /** The word in the database and in JSON: the name in lower case. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<AuditKind> ofWord(String word) {
        return Arrays.stream(values()).filter(kind -> kind.word().equals(word)).findFirst();
    }

    public static List<String> words() {
        return Arrays.stream(values()).map(AuditKind::word).toList();
    }
}
