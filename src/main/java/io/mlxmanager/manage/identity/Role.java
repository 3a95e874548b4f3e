package io.mlxmanager.manage.identity;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What an approved user may be besides a user. Every approved user has {@link #USER}. */
public enum Role {
    USER,
    ADMIN,
    AUDITOR;

    /** The group name in tokens, annotations and web.xml: the name in lower case. */
    public String group() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<Role> ofGroup(String group) {
        return Arrays.stream(values())
                .filter(role -> role.group().equals(group))
                .findFirst();
    }
}
