package io.mlxmanager.manage.audit;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** How a request ended. */
public enum AuditStatus {
    SUCCESS,
    ERROR,
    TIMEOUT,
    CANCELLED,
    REFUSED;

    /** The word in the database and in JSON: the name in lower case. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<AuditStatus> ofWord(String word) {
        return Arrays.stream(values())
                .filter(status -> status.word().equals(word))
                .findFirst();
    }

    public static List<String> words() {
        return Arrays.stream(values()).map(AuditStatus::word).toList();
    }
}
