package io.mlxmanager.manage.identity;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Whether a user may use the product; only the approved may. */
public enum UserStatus {
    PENDING,
    APPROVED,
    DISABLED;

    /** The word in the database and in JSON: the name in lower case. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<UserStatus> ofWord(String word) {
        return Arrays.stream(values())
                .filter(status -> status.word().equals(word))
                .findFirst();
    }

    public static List<String> words() {
        return Arrays.stream(values()).map(UserStatus::word).toList();
    }
}
